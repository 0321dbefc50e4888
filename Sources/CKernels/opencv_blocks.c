#include "opencv_blocks.h"

#include "lanes.h"

typedef struct {
  // The gradient's votes for its bin and for the next one.
  lanes lower, upper;
  int_lanes bin;
} votes;

typedef struct {
  lanes x, y;
} gradient;

// Products are rounded before they are added, so that a gradient keeps its length when x and y are swapped.
CK_INLINE lanes squared_length(gradient of) {
#pragma clang fp contract(off)
  return of.x * of.x + of.y * of.y;
}

// The longest gradient of one pixel in each of CK_LANES strides; the planes are `pitch` apart. If several are equally long,
// it is the first one, or the last one if `is_last` is set.
CK_INLINE gradient longest_gradient(
    const float *left, const float *right, const float *above, const float *below, const int planes,
    size_t pitch, int_lanes is_last) {
  gradient longest = {load(right) - load(left), load(below) - load(above)};
  for (int plane = 1; plane < planes; plane++) {
    left += pitch, right += pitch, above += pitch, below += pitch;
    const gradient next = {load(right) - load(left), load(below) - load(above)};
    const lanes length = squared_length(longest), next_length = squared_length(next);
    const int_lanes is_longer =
        (next_length > length) | ((next_length == length) & is_last);
    longest.x = blend(is_longer, next.x, longest.x);
    longest.y = blend(is_longer, next.y, longest.y);
  }
  return longest;
}

// The votes of one pixel in each of CK_LANES strides.
CK_INLINE votes votes_of(const ck_bins *bins, const lanes gx, const lanes gy) {
  const lanes across = magnitude(gx), down = magnitude(gy);
  const int_lanes steep = across < down;
  const lanes longer = blend(steep, down, across), shorter = blend(steep, across, down);
  const lanes tangent = shorter / (longer + 0x1p-52f), square = tangent * tangent;
  const float *arc = bins->arc_tangent;
  lanes place = (((arc[3] * square + arc[2]) * square + arc[1]) * square + arc[0]) * tangent;
  // Extend the angle from an eighth of a turn to a quarter, then to the half or full turn that the bins divide.
  const float count = (float)bins->count, half = bins->is_signed ? count / 2 : count;
  place = blend(steep, half / 2 - place, place);
  if (bins->is_signed) {
    place = blend(gx < 0, half - place, place);
    place = blend(gy < 0, count - place, place);
  } else {
    place = blend((gx < 0) ^ (gy < 0), half - place, place);
  }
  // A bin's centre is in its middle, so places now start at -1/2 and stay below `count`.
  place -= 0.5f;
  int_lanes bin = __builtin_convertvector(place + 1, int_lanes) - 1;
  const lanes share = place - to_floats(bin), whole = square_roots(gx * gx + gy * gy);
  bin += (bin < 0) & bins->count;
  return (votes){.lower = whole * (1 - share), .upper = whole * share, .bin = bin};
}

CK_INLINE void vote(
    const ck_bins *bins, const int bin_count, const float *above, const float *row, const float *below,
    size_t pitch, size_t columns, const int planes, intptr_t last_plane_first, size_t count,
    float *target, size_t vote_pitch) {
  const int_lanes strides = {0, 1, 2, 3, 4, 5, 6, 7};
  for (size_t c = 0; c < count; c += CK_LANES)
    for (size_t x = 0; x < columns; x++) {
      const float *here = row + x * pitch + c;
      const gradient longest = longest_gradient(
          x > 0 ? here - pitch : row + (columns - 1) * pitch + c - 1,
          x + 1 < columns ? here + pitch : row + c + 1, above + x * pitch + c, below + x * pitch + c,
          planes, columns * pitch,
          strides * (int32_t)columns + (int32_t)(c * columns + x) >= (int32_t)last_plane_first);
      const votes pixel = votes_of(bins, longest.x, longest.y);
      float *to = target + x * (size_t)bin_count * vote_pitch + c;
      int_lanes is_before = pixel.bin == bin_count - 1;
      for (int bin = 0; bin < bin_count; bin++, to += vote_pitch) {
        const int_lanes is_here = pixel.bin == bin;
        store(to, where(is_here, pixel.lower) + where(is_before, pixel.upper));
        is_before = is_here;
      }
    }
}

CK_CLONES
void ck_votes(
    const ck_bins *bins, const float *above, const float *row, const float *below, size_t pitch,
    size_t columns, size_t planes, intptr_t last_plane_first, size_t count, float *target,
    size_t vote_pitch) {
#define VOTE(bin_count, planes)                                                                     \
  vote(                                                                                             \
      bins, bin_count, above, row, below, pitch, columns, planes, last_plane_first, count, target,  \
      vote_pitch)
  if (planes == 3)
    VOTE(bins->count, 3);
  else if (bins->count == 9)
    VOTE(9, 1);
  else
    VOTE(bins->count, 1);
#undef VOTE
}

// The sums of two cells by this many vectors fit the registers, and are enough that no sum waits for another.
enum { vectors_at_once = 4 };

// Adds the pixels from `first` to `end`, which are between two centres, to the cells with these centres, if there are any.
CK_INLINE void add_between(
    const float *const *pixels, const float *weights_before, const float *weights_after, size_t first,
    size_t end, size_t i, const int vectors, lanes *before, lanes *after) {
  for (size_t pixel = first; pixel < end; pixel++)
    for (int v = 0; v < vectors; v++) {
      const lanes value = load(pixels[pixel] + i + v * CK_LANES);
      if (before) before[v] += weights_before[pixel] * value;
      if (after) after[v] += weights_after[pixel] * value;
    }
}

CK_INLINE void add_cells(
    const float *const *pixels, const float *weights_before, const float *weights_after,
    const intptr_t *centres, size_t cell_count, size_t i, const int vectors, float *cells,
    size_t cell_pitch) {
#define BETWEEN(first, end, before, after)                                                          \
  add_between(                                                                                      \
      pixels, weights_before, weights_after, (size_t)(first), (size_t)(end), i, vectors, before, after)
  lanes before[vectors_at_once], after[vectors_at_once] = {};
  BETWEEN(0, centres[0], NULL, after);
  for (size_t cell = 0; cell < cell_count; cell++, cells += cell_pitch) {
    for (int v = 0; v < vectors; v++) before[v] = after[v], after[v] = splat(0);
    if (cell + 1 < cell_count)
      BETWEEN(centres[cell], centres[cell + 1], before, after);
    else
      BETWEEN(centres[cell], centres[cell + 1], before, NULL);
    for (int v = 0; v < vectors; v++) store(cells + i + v * CK_LANES, before[v]);
  }
#undef BETWEEN
}

CK_CLONES
void ck_add_cells(
    const float *const *pixels, const float *weights_before, const float *weights_after,
    const intptr_t *centres, size_t cell_count, size_t count, float *cells, size_t cell_pitch) {
#define CELLS(vectors)                                                                              \
  add_cells(                                                                                        \
      pixels, weights_before, weights_after, centres, cell_count, i, vectors, cells, cell_pitch)
  size_t i = 0;
  for (; i + vectors_at_once * CK_LANES <= count; i += vectors_at_once * CK_LANES)
    CELLS(vectors_at_once);
  for (; i < count; i += CK_LANES) CELLS(1);
#undef CELLS
}

// Rounds features to 16 bits, in the lower half of each lane, as for ck_blocks.
CK_INLINE int_lanes rounded(lanes features) {
  const float rounder = 0x1.8p23f;
  return (int_lanes)(features * CK_UNIT + rounder) & 0xffff;
}

CK_INLINE void normalise(
    const ck_block_norm *norm, float *features, size_t feature_count, size_t pitch, size_t count,
    int32_t *pairs, size_t pair_pitch) {
  for (size_t c = 0; c < count; c += CK_LANES) {
    lanes squares = splat(0), clipped = splat(0);
    for (size_t k = 0; k < feature_count; k++) {
      const lanes value = load(features + k * pitch + c);
      squares += value * value;
    }
    const lanes first = 1 / (square_roots(squares) + norm->first_epsilon);
    for (size_t k = 0; k < feature_count; k++) {
      const lanes value = smaller(load(features + k * pitch + c) * first, splat(norm->clip));
      clipped += value * value;
    }
    const lanes second = 1 / (square_roots(clipped) + norm->second_epsilon);
    int32_t *pair = pairs + c;
    int_lanes lower = {};
    for (size_t k = 0; k < feature_count; k++) {
      float *feature = features + k * pitch + c;
      const lanes value = smaller(load(feature) * first, splat(norm->clip)) * second;
      store(feature, value);
      if (k % 2 == 0) {
        lower = rounded(value);
      } else {
        store_ints(pair, lower | rounded(value) << 16);
        pair += pair_pitch;
      }
    }
    if (feature_count % 2 == 1) store_ints(pair, lower);
  }
}

CK_CLONES
void ck_normalise(
    const ck_block_norm *norm, float *features, size_t feature_count, size_t pitch, size_t count,
    int32_t *pairs, size_t pair_pitch) {
  normalise(norm, features, feature_count, pitch, count, pairs, pair_pitch);
}

CK_INLINE double block_margin(
    const float *const *rows, size_t block_rows, size_t block_columns, size_t feature_count,
    size_t pitch, const float *weights) {
  const size_t weight_pitch = CK_ROUNDED_UP(block_columns);
  double margin = 0;
  for (size_t row = 0; row < block_rows; row++, weights += feature_count * weight_pitch) {
    lanes sums[4] = {};
    for (size_t c = 0; c < weight_pitch; c += CK_LANES)
      for (size_t k = 0; k < feature_count; k++)
        sums[k % 4] += load(rows[row] + k * pitch + c) * load(weights + k * weight_pitch + c);
    const lanes sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    for (int i = 0; i < CK_LANES; i++) margin += (double)sum[i];
  }
  return margin;
}

CK_CLONES
double ck_block_margin(
    const float *const *rows, size_t block_rows, size_t block_columns, size_t feature_count,
    size_t pitch, const float *weights) {
  return block_margin(rows, block_rows, block_columns, feature_count, pitch, weights);
}
