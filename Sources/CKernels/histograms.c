#include <math.h>

#include "lanes.h"

// Without fused multiply-add, every build of a sum gives the same bits. A cell's result then does not depend on whether a
// neighbour in its vector, possibly beyond the end of the row, forces the exact definition.
#pragma clang fp contract(off)

// How near to a boundary, as a fraction of |gx| + |gy|, rounding can move a direction across it: float products of
// fixed-point differences are accurate to 2^-20. Nearer than this, the exact definition decides.
static const float uncertainty = 0x1p-19f;

// The bin of one gradient, computed as in numpy, in double precision, from the fixed-point values of the four neighbours.
static int32_t exact_bin(
    const ck_directions *directions, int32_t left, int32_t right, int32_t above, int32_t below) {
  double neighbours[4] = {left, right, above, below};
  for (int i = 0; i < 4; i++) {
    neighbours[i] *= directions->unit;
    if (directions->square_root) neighbours[i] = sqrt(nearbyint(neighbours[i] * neighbours[i]));
  }
  const double gx = neighbours[1] - neighbours[0], gy = neighbours[3] - neighbours[2];
  double degrees = fmod(atan2(gy, gx) * (180 / 3.14159265358979323846), 180);
  if (degrees < 0) degrees += 180;
  int32_t bin = directions->orientations - 1;
  while (bin > 0 && degrees < directions->boundaries[bin]) bin--;
  return bin;
}

typedef struct {
  lanes magnitude, horizontal, vertical;
  // How many boundaries below 90 degrees the direction, mirrored at the vertical if `mirrored`, has passed.
  int_lanes boundaries_passed, mirrored;
  // Whether rounding could have moved the direction across a boundary.
  int_lanes uncertain;
} gradients;

// The gradients of one pixel in each of CK_LANES cells.
//
// A direction and its mirror image are in mirrored bins, so the boundaries below 90 degrees are enough: the sign of the
// cross product with a boundary shows on which side of it the direction is. If that is uncertain and `exactly` is set,
// the exact definition decides.
CK_INLINE gradients gradients_at(
    const ck_directions *directions, const int boundary_count, const int exactly, const int32_t *left,
    const int32_t *right, const int32_t *above, const int32_t *below) {
  const lanes gx = to_floats(load_ints(right) - load_ints(left));
  const lanes gy = to_floats(load_ints(below) - load_ints(above));
  gradients pixel = {.horizontal = magnitude(gx), .vertical = magnitude(gy)};
  pixel.magnitude = square_roots(gx * gx + gy * gy);

  lanes nearest = splat(INFINITY);
  for (int k = 0; k < boundary_count; k++) {
    const lanes cross =
        directions->boundary_cosines[k] * pixel.vertical - directions->boundary_sines[k] * pixel.horizontal;
    pixel.boundaries_passed -= cross >= 0;
    nearest = smaller(nearest, magnitude(cross));
  }
  // A vertical gradient counts as mirrored, a horizontal one does not, whatever their signs.
  pixel.mirrored = ((((int_lanes)gx ^ (int_lanes)gy) < 0) & (gy != 0)) | (gx == 0);

  pixel.uncertain = nearest < uncertainty * (pixel.horizontal + pixel.vertical);
  for (int i = 0; exactly && i < CK_LANES; i++)
    if (pixel.uncertain[i]) {
      const int32_t bin = exact_bin(directions, left[i], right[i], above[i], below[i]);
      pixel.mirrored[i] = bin > boundary_count ? -1 : 0;
      pixel.boundaries_passed[i] = bin > boundary_count ? directions->orientations - 1 - bin : bin;
    }
  return pixel;
}

// The neighbours of column x in CK_LANES cells; the columns of a cell are `pitch` apart.
CK_INLINE const int32_t *left_of(const int32_t *row, size_t pitch, const size_t cell_columns, size_t x) {
  return x > 0 ? row + (x - 1) * pitch : row + (cell_columns - 1) * pitch - 1;
}

CK_INLINE const int32_t *right_of(const int32_t *row, size_t pitch, const size_t cell_columns, size_t x) {
  return x + 1 < cell_columns ? row + (x + 1) * pitch : row + 1;
}

CK_INLINE void add_to_bins(
    gradients pixel, const int orientations, const int boundary_count, lanes *bins) {
  const lanes mirrored = where(pixel.mirrored, pixel.magnitude);
  const lanes unmirrored = where(~pixel.mirrored, pixel.magnitude);
  for (int bin = 0; bin <= boundary_count; bin++) {
    const int_lanes here = pixel.boundaries_passed == bin;
    if (bin == orientations - 1 - bin) {
      bins[bin] += where(here, pixel.magnitude);
    } else {
      bins[bin] += where(here, unmirrored);
      bins[orientations - 1 - bin] += where(here, mirrored);
    }
  }
}

// A zone's rows or columns in a cell: 0 is the first, 1 the inner ones, 2 the last; small cells lack some.
CK_INLINE size_t zone_begin(size_t zone, size_t count) {
  return zone == 0 ? 0 : zone == 1 || count == 1 ? 1 : count - 1;
}

CK_INLINE size_t zone_end(size_t zone, size_t count) {
  return zone == 0 || count == 1 ? 1 : zone == 1 ? count - 1 : count;
}

// Computes sums over one zone of CK_LANES cells: the histogram, its sum, and the sums of |gx| and |gy|.
// Returns whether any direction was uncertain.
CK_INLINE int sum_zone(
    const ck_directions *directions, const int orientations, const int boundary_count,
    const int exactly, const int32_t *const *rows, size_t pitch, const size_t cell_rows,
    const size_t cell_columns, const size_t zone, size_t first_cell, lanes *target) {
  lanes bins[orientations], total = splat(0), horizontal = splat(0), vertical = splat(0);
  int_lanes uncertain = {};
  for (int bin = 0; bin < orientations; bin++) bins[bin] = splat(0);
  for (size_t y = zone_begin(zone / 3, cell_rows); y < zone_end(zone / 3, cell_rows); y++) {
    const int32_t *above = rows[y] + first_cell, *row = rows[y + 1] + first_cell;
    const int32_t *below = rows[y + 2] + first_cell;
    for (size_t x = zone_begin(zone % 3, cell_columns); x < zone_end(zone % 3, cell_columns); x++) {
      const gradients pixel = gradients_at(
          directions, boundary_count, exactly, left_of(row, pitch, cell_columns, x),
          right_of(row, pitch, cell_columns, x), above + x * pitch, below + x * pitch);
      add_to_bins(pixel, orientations, boundary_count, bins);
      uncertain |= pixel.uncertain;
      total += pixel.magnitude;
      horizontal += pixel.horizontal;
      vertical += pixel.vertical;
    }
  }
  for (int bin = 0; bin < orientations; bin++) target[bin] = bins[bin];
  target[orientations] = total;
  target[orientations + 1] = horizontal;
  target[orientations + 2] = vertical;
  return __builtin_reduce_or(uncertain) != 0;
}

// Not inlined, to keep the rare case out of the fast path, and built for any processor.
static __attribute__((noinline)) void sum_zone_exactly(
    const ck_directions *directions, const int32_t *const *rows, size_t pitch, size_t cell_rows,
    size_t cell_columns, size_t zone, size_t first_cell, lanes *target) {
  sum_zone(
      directions, directions->orientations, directions->boundary_count, 1, rows, pitch, cell_rows,
      cell_columns, zone, first_cell, target);
}

// The sum that a version keeps of its first, inner and last rows or columns; `on_ring` is the sum of those on the ring.
// If a cell has a single row or column, it is both the first and the last.
CK_INLINE lanes kept(size_t version, int single, lanes first, lanes inner, lanes last) {
  switch (version) {
  case CK_FIRST: return inner + last;
  case CK_INSIDE: return first + inner + last;
  case CK_LAST: return single ? inner : first + inner;
  default: return inner;
  }
}

CK_INLINE lanes on_ring(size_t version, int single, lanes first, lanes last) {
  switch (version) {
  case CK_FIRST: return first;
  case CK_INSIDE: return splat(0);
  case CK_LAST: return single ? first : last;
  default: return first + last;
  }
}

// One of the sums, for a version's first, inner and last columns.
typedef struct {
  lanes first, inner, last;
} columns;

CK_INLINE columns kept_rows(size_t version, int single, const lanes *zones, size_t zone_size) {
  return (columns){
      kept(version, single, zones[0], zones[3 * zone_size], zones[6 * zone_size]),
      kept(version, single, zones[zone_size], zones[4 * zone_size], zones[7 * zone_size]),
      kept(version, single, zones[2 * zone_size], zones[5 * zone_size], zones[8 * zone_size])};
}

CK_INLINE columns rows_on_ring(size_t version, int single, const lanes *zones, size_t zone_size) {
  return (columns){
      on_ring(version, single, zones[0], zones[6 * zone_size]),
      on_ring(version, single, zones[zone_size], zones[7 * zone_size]),
      on_ring(version, single, zones[2 * zone_size], zones[8 * zone_size])};
}

CK_INLINE void histograms(
    const ck_directions *directions, const int orientations, const int boundary_count,
    const int32_t *const *rows, size_t pitch, const size_t cell_rows, const size_t cell_columns,
    size_t count, const size_t row_versions, const size_t column_versions, float *scratch,
    float *target, size_t target_pitch) {
  lanes *zones = (lanes *)scratch;
  const size_t zone_size = (size_t)orientations + 3;
  const size_t sum = (size_t)orientations, level = sum + 1, upright = sum + 2;
  const size_t version_size = (sum + 1) * target_pitch;
  const int single_row = cell_rows == 1, single_column = cell_columns == 1;

  for (size_t c = 0; c < count; c += CK_LANES) {
    // Unrolling makes each zone's rows and columns constants.
#pragma clang loop unroll(full)
    for (size_t zone = 0; zone < 9; zone++) {
      lanes *sums = zones + zone * zone_size;
      if (sum_zone(
              directions, orientations, boundary_count, 0, rows, pitch, cell_rows, cell_columns, zone, c,
              sums))
        sum_zone_exactly(directions, rows, pitch, cell_rows, cell_columns, zone, c, sums);
    }
    for (size_t k = 0; k <= sum; k++) {
      float *version = target + k * target_pitch + c;
      for (size_t v = 0; v < row_versions; v++) {
        const columns of = kept_rows(v, single_row, zones + k, zone_size);
        for (size_t h = 0; h < column_versions; h++, version += version_size)
          store(version, kept(h, single_column, of.first, of.inner, of.last));
      }
    }
    // On the ring, rows have horizontal gradients, which belong in bin 0, and columns vertical ones.
    float *version = target + c;
    for (size_t v = 0; v < row_versions; v++) {
      const columns uprights = kept_rows(v, single_row, zones + upright, zone_size);
      const columns levels = rows_on_ring(v, single_row, zones + level, zone_size);
      for (size_t h = 0; h < column_versions; h++, version += version_size) {
        const lanes in_row = kept(h, single_column, levels.first, levels.inner, levels.last);
        const lanes in_column = on_ring(h, single_column, uprights.first, uprights.last);
        float *const changed[3] = {
            version, version + (size_t)directions->upright_bin * target_pitch, version + sum * target_pitch};
        store(changed[0], load(changed[0]) + in_row);
        store(changed[1], load(changed[1]) + in_column);
        store(changed[2], load(changed[2]) + in_row + in_column);
      }
    }
  }
}

CK_CLONES
void ck_histograms(
    const ck_directions *directions, const int32_t *const *rows, size_t pitch, size_t cell_rows,
    size_t cell_columns, size_t count, size_t row_versions, size_t column_versions, float *scratch,
    float *target, size_t target_pitch) {
  if (directions->orientations == 9 && directions->boundary_count == 4 && cell_rows == 4
      && cell_columns == 4 && row_versions == 3 && column_versions == 3)
    histograms(directions, 9, 4, rows, pitch, 4, 4, count, 3, 3, scratch, target, target_pitch);
  else
    histograms(
        directions, directions->orientations, directions->boundary_count, rows, pitch, cell_rows,
        cell_columns, count, row_versions, column_versions, scratch, target, target_pitch);
}

// Computes the histograms of CK_LANES whole cells. Returns whether any direction was uncertain.
CK_INLINE int sum_cells(
    const ck_directions *directions, const int orientations, const int boundary_count,
    const int exactly, const int32_t *const *rows, size_t pitch, const size_t cell_rows,
    const size_t cell_columns, size_t first_cell, lanes *bins) {
  int_lanes uncertain = {};
  for (int bin = 0; bin < orientations; bin++) bins[bin] = splat(0);
  for (size_t y = 0; y < cell_rows; y++) {
    const int32_t *above = rows[y] + first_cell, *row = rows[y + 1] + first_cell;
    const int32_t *below = rows[y + 2] + first_cell;
    for (size_t x = 0; x < cell_columns; x++) {
      const gradients pixel = gradients_at(
          directions, boundary_count, exactly, left_of(row, pitch, cell_columns, x),
          right_of(row, pitch, cell_columns, x), above + x * pitch, below + x * pitch);
      add_to_bins(pixel, orientations, boundary_count, bins);
      uncertain |= pixel.uncertain;
    }
  }
  return __builtin_reduce_or(uncertain) != 0;
}

static __attribute__((noinline)) void sum_cells_exactly(
    const ck_directions *directions, const int32_t *const *rows, size_t pitch, size_t cell_rows,
    size_t cell_columns, size_t first_cell, lanes *bins) {
  sum_cells(
      directions, directions->orientations, directions->boundary_count, 1, rows, pitch, cell_rows,
      cell_columns, first_cell, bins);
}

CK_INLINE void window_cells(
    const ck_directions *directions, const int orientations, const int boundary_count,
    const int32_t *const *rows, size_t pitch, const size_t cell_rows, const size_t cell_columns,
    size_t count, ck_norm norm, float *cells, float *shares) {
  for (size_t c = 0; c < count; c += CK_LANES) {
    lanes bins[orientations];
    if (sum_cells(
            directions, orientations, boundary_count, 0, rows, pitch, cell_rows, cell_columns, c, bins))
      sum_cells_exactly(directions, rows, pitch, cell_rows, cell_columns, c, bins);
    store_cells(
        bins, (size_t)orientations, count - c < CK_LANES ? count - c : CK_LANES,
        cells + c * (size_t)orientations);
    store(shares + c, norm_share(bins, (size_t)orientations, norm));
  }
}

CK_CLONES
void ck_window_cells(
    const ck_directions *directions, const int32_t *const *rows, size_t pitch, size_t cell_rows,
    size_t cell_columns, size_t count, ck_norm norm, float *cells, float *shares) {
  if (directions->orientations == 9 && directions->boundary_count == 4 && cell_rows == 4
      && cell_columns == 4)
    window_cells(directions, 9, 4, rows, pitch, 4, 4, count, norm, cells, shares);
  else
    window_cells(
        directions, directions->orientations, directions->boundary_count, rows, pitch, cell_rows,
        cell_columns, count, norm, cells, shares);
}
