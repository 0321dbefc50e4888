#include "lanes.h"

enum { most_rows = 5, most_vectors = 6 };

// Adds a row of blocks to a tile of `rows` by `vectors * CK_LANES` margins. The sums stay in registers: each load of a pair
// of features serves all rows, each load of a pair of weights all vectors.
CK_INLINE void tile(
    const int rows, const int vectors, const int32_t *const *columns, size_t column_count,
    size_t pair_count, size_t pitch, const int32_t *weights, size_t weight_pitch, const float *units,
    size_t unit_pitch, float *const *margins, size_t first) {
  int_lanes sums[most_rows][most_vectors];
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) sums[r][v] = (int_lanes){};
  for (size_t column = 0; column < column_count; column++) {
    const int32_t *pairs = columns[column] + first;
    for (size_t k = 0; k < pair_count; k++, pairs += pitch, weights++) {
      int_lanes values[most_vectors];
      for (int v = 0; v < vectors; v++) values[v] = load_ints(pairs + v * CK_LANES);
      for (int r = 0; r < rows; r++) {
        const int_lanes weight = (int_lanes){} + weights[(size_t)r * weight_pitch];
        for (int v = 0; v < vectors; v++) sums[r][v] += multiply_pairs(values[v], weight);
      }
    }
  }
  for (int r = 0; r < rows; r++)
    for (int v = 0; v < vectors; v++) {
      float *margin = margins[r] + first + v * CK_LANES;
      store(margin, load(margin) + to_floats(sums[r][v]) * units[(size_t)r * unit_pitch]);
    }
}

// Covers all windows of `rows` rows with tiles of 6 to 20 sums, enough to keep the multipliers busy.
CK_INLINE void strip(
    const int rows, const int32_t *const *columns, size_t column_count, size_t pair_count,
    size_t pitch, const int32_t *weights, size_t weight_pitch, const float *units, size_t unit_pitch,
    float *const *margins, size_t count) {
  const size_t widest = rows == 1 ? 6 : rows == 2 ? 5 : rows == 3 ? 4 : 3;
  size_t vectors = (count + CK_LANES - 1) / CK_LANES;
  for (size_t first = 0; vectors > 0;) {
    // A last tile of a single vector would wait for each of its sums in turn, so the last two tiles split what is left.
    size_t width = vectors < widest ? vectors : widest;
    if (vectors == widest + 1) width = vectors / 2;
#define TILE(vectors)                                                                               \
  tile(                                                                                             \
      rows, vectors, columns, column_count, pair_count, pitch, weights, weight_pitch, units,        \
      unit_pitch, margins, first)
    switch (width) {
    case 1: TILE(1); break;
    case 2: TILE(2); break;
    case 3: TILE(3); break;
    case 4: TILE(4); break;
    case 5: TILE(5); break;
    case 6: TILE(6); break;
    }
#undef TILE
    first += width * CK_LANES, vectors -= width;
  }
}

CK_CLONES
void ck_add_margins(
    const int32_t *const *columns, size_t column_count, size_t pair_count, size_t pitch,
    const int32_t *weights, size_t weight_pitch, const float *units, size_t unit_pitch,
    float *const *margins, size_t row_count, size_t count) {
#define STRIP(rows)                                                                                 \
  strip(                                                                                            \
      rows, columns, column_count, pair_count, pitch, weights, weight_pitch, units, unit_pitch,     \
      margins, count)
  while (row_count > 0) {
    const size_t rows = row_count < most_rows ? row_count : most_rows;
    switch (rows) {
    case 1: STRIP(1); break;
    case 2: STRIP(2); break;
    case 3: STRIP(3); break;
    case 4: STRIP(4); break;
    case 5: STRIP(5); break;
    }
    row_count -= rows, margins += rows, weights += rows * weight_pitch, units += rows * unit_pitch;
  }
#undef STRIP
}
