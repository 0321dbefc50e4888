#include "lanes.h"

typedef double double_lanes __attribute__((vector_size(CK_LANES * 8)));

CK_INLINE void gather_cells(
    const float *const *rows, size_t row_count, const intptr_t *column_versions, size_t column_count,
    size_t version_size, const size_t orientations, size_t pitch, ck_norm norm, float *cells,
    float *shares) {
  for (size_t row = 0; row < row_count; row++)
    for (size_t column = 0, end; column < column_count; column = end) {
      // As many adjacent cells of one version as fit a vector.
      for (end = column + 1; end < column_count && end < column + CK_LANES; end++)
        if (column_versions[end] != column_versions[column]) break;
      const float *histogram = rows[row] + (size_t)column_versions[column] * version_size + column;
      lanes bins[orientations];
      for (size_t bin = 0; bin < orientations; bin++) bins[bin] = load(histogram + bin * pitch);
      const size_t cell = row * column_count + column;
      store_cells(bins, orientations, end - column, cells + cell * orientations);
      store(shares + cell, norm_share(bins, orientations, norm));
    }
}

CK_CLONES
void ck_gather_cells(
    const float *const *rows, size_t row_count, const intptr_t *column_versions, size_t column_count,
    size_t version_size, size_t orientations, size_t pitch, ck_norm norm, float *cells,
    float *shares) {
  if (orientations == 9)
    gather_cells(
        rows, row_count, column_versions, column_count, version_size, 9, pitch, norm, cells, shares);
  else
    gather_cells(
        rows, row_count, column_versions, column_count, version_size, orientations, pitch, norm, cells,
        shares);
}

// Writes `count` values of adjacent cells into a block as features, normalised by `scale`.
CK_INLINE void scale_cells(
    const float *cells, const size_t count, lanes scale, const ck_norm norm, float *features) {
  size_t k = 0;
  for (; k + CK_LANES <= count; k += CK_LANES) store(features + k, block_feature(load(cells + k), scale, norm));
  if (k == count) return;
  if (count >= CK_LANES) {
    // The last vector overlaps the previous one, to end at the last value; what is written twice is the same.
    store(features + count - CK_LANES, block_feature(load(cells + count - CK_LANES), scale, norm));
  } else {
    for (; k < count; k++) features[k] = block_feature(splat(cells[k]), scale, norm)[0];
  }
}

// L2-Hys normalises a second time, by the norm of the clipped features.
CK_INLINE void normalise_again(float *features, const size_t count) {
  float sum = squared_epsilon;
  for (size_t k = 0; k < count; k++) sum += features[k] * features[k];
  const float scale = 1 / __builtin_sqrtf(sum);
  for (size_t k = 0; k < count; k++) features[k] *= scale;
}

CK_INLINE void window_features(
    const float *cells, const float *shares, size_t cell_rows, size_t cell_columns,
    const size_t block_rows, const size_t block_columns, const size_t orientations, const ck_norm norm,
    float epsilon, float *features) {
  const size_t run = block_columns * orientations;
  const size_t blocks_across = cell_columns - block_columns + 1;
  for (size_t row = 0; row + block_rows <= cell_rows; row++)
    for (size_t first = 0; first < blocks_across; first += CK_LANES) {
      lanes sums = splat(0);
      for (size_t y = 0; y < block_rows; y++)
        for (size_t x = 0; x < block_columns; x++)
          sums += load(shares + (row + y) * cell_columns + first + x);
      const lanes scales = block_scales(sums, norm, epsilon);
      for (size_t i = 0; i < CK_LANES && first + i < blocks_across; i++) {
        float *block = features;
        for (size_t y = 0; y < block_rows; y++, features += run)
          scale_cells(
              cells + ((row + y) * cell_columns + first + i) * orientations, run, splat(scales[i]), norm,
              features);
        if (norm == CK_L2_HYS) normalise_again(block, block_rows * run);
      }
    }
}

CK_CLONES
void ck_window_features(
    const float *cells, const float *shares, size_t cell_rows, size_t cell_columns, size_t block_rows,
    size_t block_columns, size_t orientations, ck_norm norm, float epsilon, float *features) {
  if (norm == CK_L1 && block_rows == 2 && block_columns == 2 && orientations == 9)
    window_features(
        cells, shares, cell_rows, cell_columns, 2, 2, 9, CK_L1, epsilon, features);
  else
    window_features(
        cells, shares, cell_rows, cell_columns, block_rows, block_columns, orientations, norm, epsilon,
        features);
}

enum { most_windows = 4 };

// Where the cells in one column of neighbouring blocks are. The cells in the first and last columns of the window are in
// versions of their own.
typedef struct {
  size_t inside, first, last;
  int_lanes is_first, is_last;
  int has_first, has_last;
} cell_columns_of_blocks;

CK_INLINE cell_columns_of_blocks cell_columns_from(
    size_t column, const intptr_t *versions, size_t cell_columns, size_t version_size) {
  const int_lanes columns = (int_lanes){0, 1, 2, 3, 4, 5, 6, 7} + (int32_t)column;
  const size_t last = cell_columns - 1;
  return (cell_columns_of_blocks){
      .inside = (size_t)versions[cell_columns / 2] * version_size + column,
      .first = (size_t)versions[0] * version_size + column,
      .last = (size_t)versions[last] * version_size + column,
      .is_first = columns == 0,
      .is_last = columns == (int32_t)last,
      .has_first = column == 0,
      .has_last = column <= last && last < column + CK_LANES};
}

// One bin, or the sum of all bins, of the cells at `columns`.
CK_INLINE lanes load_cells(const float *histograms, const cell_columns_of_blocks *columns) {
  lanes cells = load(histograms + columns->inside);
  if (columns->has_first) cells = blend(columns->is_first, load(histograms + columns->first), cells);
  if (columns->has_last) cells = blend(columns->is_last, load(histograms + columns->last), cells);
  return cells;
}

// The margins of `count` windows of one row; each load of a weight serves all of them.
CK_INLINE void window_margins(
    const float *const *rows, size_t cell_rows, const intptr_t *column_versions, size_t cell_columns,
    size_t version_size, size_t pitch, const size_t block_rows, const size_t block_columns,
    const size_t orientations, const ck_norm norm, float epsilon, const float *weights,
    const intptr_t *windows, const size_t count, double *margins) {
  // If features are multiples of the histograms' values, scaling the sums is enough.
  const int linear = norm == CK_L1 || norm == CK_L2;
  const size_t block_count = cell_columns - block_columns + 1, weight_pitch = CK_ROUNDED_UP(block_count);
  double_lanes totals[most_windows] = {};
  for (size_t c = 0; c < block_count; c += CK_LANES) {
    cell_columns_of_blocks columns[block_columns];
    for (size_t x = 0; x < block_columns; x++)
      columns[x] = cell_columns_from(c + x, column_versions, cell_columns, version_size);
    const float *weight = weights + c;
    for (size_t row = 0; row + block_rows <= cell_rows; row++) {
      lanes scales[most_windows], sums[most_windows], clipped[most_windows];
      for (size_t w = 0; w < count; w++) {
        lanes shares = splat(0);
        for (size_t y = 0; y < block_rows; y++)
          for (size_t x = 0; x < block_columns; x++) {
            const float *histograms = rows[row + y] + windows[w];
            if (norm == CK_L1 || norm == CK_L1_SQRT) {
              shares += load_cells(histograms + orientations * pitch, &columns[x]);
              continue;
            }
            for (size_t bin = 0; bin < orientations; bin++) {
              const lanes value = load_cells(histograms + bin * pitch, &columns[x]);
              shares += value * value;
            }
          }
        scales[w] = block_scales(shares, norm, epsilon);
        sums[w] = splat(0), clipped[w] = splat(squared_epsilon);
      }
      for (size_t y = 0; y < block_rows; y++)
        for (size_t x = 0; x < block_columns; x++) {
          // A separate sum for each cell, so that no sum waits for another.
          lanes cell_sums[most_windows];
          for (size_t w = 0; w < count; w++) cell_sums[w] = splat(0);
          for (size_t bin = 0; bin < orientations; bin++, weight += weight_pitch) {
            const float *histograms = rows[row + y] + bin * pitch;
            const lanes weight_lanes = load(weight);
            for (size_t w = 0; w < count; w++) {
              const lanes value = load_cells(histograms + windows[w], &columns[x]);
              const lanes feature = linear ? value : block_feature(value, scales[w], norm);
              cell_sums[w] += feature * weight_lanes;
              if (norm == CK_L2_HYS) clipped[w] += feature * feature;
            }
          }
          for (size_t w = 0; w < count; w++) sums[w] += cell_sums[w];
        }
      for (size_t w = 0; w < count; w++) {
        if (linear) sums[w] *= scales[w];
        if (norm == CK_L2_HYS) sums[w] *= 1 / square_roots(clipped[w]);
        totals[w] += __builtin_convertvector(sums[w], double_lanes);
      }
    }
  }
  for (size_t w = 0; w < count; w++) {
    margins[w] = 0;
    for (int i = 0; i < CK_LANES; i++) margins[w] += totals[w][i];
  }
}

CK_CLONES
void ck_window_margins(
    const float *const *rows, size_t cell_rows, const intptr_t *column_versions, size_t cell_columns,
    size_t version_size, size_t pitch, size_t block_rows, size_t block_columns, size_t orientations,
    ck_norm norm, float epsilon, const float *weights, const intptr_t *windows, size_t count,
    double *margins) {
#define MARGINS(block_rows, block_columns, orientations, norm, count)                               \
  window_margins(                                                                                   \
      rows, cell_rows, column_versions, cell_columns, version_size, pitch, block_rows, block_columns, \
      orientations, norm, epsilon, weights, windows, count, margins)
  const int usual = norm == CK_L1 && block_rows == 2 && block_columns == 2 && orientations == 9;
  while (count > 0) {
    const size_t some = usual && count >= most_windows ? most_windows : 1;
    if (!usual)
      MARGINS(block_rows, block_columns, orientations, norm, 1);
    else if (some == most_windows)
      MARGINS(2, 2, 9, CK_L1, most_windows);
    else
      MARGINS(2, 2, 9, CK_L1, 1);
    windows += some, margins += some, count -= some;
  }
#undef MARGINS
}
