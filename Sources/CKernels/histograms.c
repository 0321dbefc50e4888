#include <math.h>

#include "lanes.h"

// How near a boundary, as a fraction of |gx| + |gy|, rounding may move a direction across it: float products of
// fixed-point differences are good to 2^-20, and the exact definition then decides.
static const float uncertainty = 0x1p-19f;

// The bin of one gradient as numpy finds it, in double precision, from the four neighbours' fixed-point values.
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
  int_lanes bin;
} gradients;

// The gradients of one pixel in each of CK_LANES cells.
//
// A direction and its mirror image at the vertical lie in mirrored bins, so the boundaries below 90 degrees
// suffice: the sign of a cross product with a boundary says on which side of it the direction lies.
CK_INLINE gradients gradients_at(
    const ck_directions *directions, int boundary_count, const int32_t *left, const int32_t *right,
    const int32_t *above, const int32_t *below) {
  const lanes gx = to_floats(load_ints(right) - load_ints(left));
  const lanes gy = to_floats(load_ints(below) - load_ints(above));
  const lanes ax = magnitude(gx), ay = magnitude(gy);

  int_lanes boundaries_passed = {};
  lanes nearest = splat(INFINITY);
  for (int k = 0; k < boundary_count; k++) {
    const lanes cross = directions->boundary_cosines[k] * ay - directions->boundary_sines[k] * ax;
    boundaries_passed -= cross >= 0;
    nearest = smaller(nearest, magnitude(cross));
  }
  // An upright gradient counts as mirrored, a level one does not, whatever their signs.
  const int_lanes sign = (int_lanes)gx ^ (int_lanes)gy;
  const int_lanes mirrored = ((sign < 0) & (gy != 0)) | (gx == 0);
  int_lanes bin = boundaries_passed + (mirrored & (directions->orientations - 1 - 2 * boundaries_passed));

  const int_lanes uncertain = nearest < uncertainty * (ax + ay);
  if (__builtin_expect(__builtin_reduce_or(uncertain) != 0, 0)) {
    for (int i = 0; i < CK_LANES; i++)
      if (uncertain[i]) bin[i] = exact_bin(directions, left[i], right[i], above[i], below[i]);
  }
  return (gradients){square_roots(ax * ax + ay * ay), ax, ay, bin};
}

// The zone of the row or column `index` of `count`: 0 the first, 2 the last, 1 between them.
CK_INLINE size_t zone_of(size_t index, size_t count) { return index == 0 ? 0 : index == count - 1 ? 2 : 1; }

CK_INLINE lanes kept(const float *factors, lanes first, lanes inner, lanes last) {
  return factors[0] * first + factors[1] * inner + factors[2] * last;
}

CK_INLINE void histograms(
    const ck_directions *directions, int orientations, int boundary_count, const int32_t *const *rows,
    size_t pitch, size_t cell_rows, size_t cell_columns, size_t count, const float *kept_rows,
    size_t row_versions, const float *kept_columns, size_t column_versions, float *zones,
    float *target, size_t target_pitch) {
  // A zone's sums: its histogram, then |gx| and |gy|.
  const size_t zone_size = (size_t)(orientations + 2) * CK_LANES;
  const size_t horizontal = (size_t)orientations * CK_LANES, vertical = horizontal + CK_LANES;
  const size_t version_size = (size_t)orientations * target_pitch;

  for (size_t c = 0; c < count; c += CK_LANES) {
    for (size_t i = 0; i < 9 * zone_size; i += CK_LANES) store(zones + i, splat(0));
    for (size_t y = 0; y < cell_rows; y++) {
      const int32_t *above = rows[y] + c, *row = rows[y + 1] + c, *below = rows[y + 2] + c;
      for (size_t x = 0; x < cell_columns; x++) {
        const gradients pixel = gradients_at(
            directions, boundary_count, x > 0 ? row + (x - 1) * pitch : row + (cell_columns - 1) * pitch - 1,
            x + 1 < cell_columns ? row + (x + 1) * pitch : row + 1, above + x * pitch, below + x * pitch);
        float *zone = zones + (3 * zone_of(y, cell_rows) + zone_of(x, cell_columns)) * zone_size;
        for (int bin = 0; bin < orientations; bin++) {
          float *sum = zone + (size_t)bin * CK_LANES;
          store(sum, load(sum) + where(pixel.bin == bin, pixel.magnitude));
        }
        store(zone + horizontal, load(zone + horizontal) + pixel.horizontal);
        store(zone + vertical, load(zone + vertical) + pixel.vertical);
      }
    }
    for (size_t v = 0; v < row_versions; v++) {
      const float *in_row = kept_rows + 3 * v;
      const float on_ring[3] = {1 - in_row[0], 1 - in_row[1], 1 - in_row[2]};
      for (size_t h = 0; h < column_versions; h++) {
        const float *in_column = kept_columns + 3 * h;
        const float beside_ring[3] = {1 - in_column[0], 1 - in_column[1], 1 - in_column[2]};
        float *version = target + (v * column_versions + h) * version_size + c;
        for (int bin = 0; bin < orientations; bin++) {
          lanes sums[3];
          for (size_t column = 0; column < 3; column++) {
            const float *zone = zones + column * zone_size + (size_t)bin * CK_LANES;
            sums[column] = kept(in_row, load(zone), load(zone + 3 * zone_size), load(zone + 6 * zone_size));
          }
          store(version + (size_t)bin * target_pitch, kept(in_column, sums[0], sums[1], sums[2]));
        }
        lanes level[3], upright[3];
        for (size_t column = 0; column < 3; column++) {
          const float *zone = zones + column * zone_size;
          level[column] = kept(
              on_ring, load(zone + horizontal), load(zone + 3 * zone_size + horizontal),
              load(zone + 6 * zone_size + horizontal));
          upright[column] = kept(
              in_row, load(zone + vertical), load(zone + 3 * zone_size + vertical),
              load(zone + 6 * zone_size + vertical));
        }
        float *upright_sum = version + (size_t)directions->upright_bin * target_pitch;
        store(version, load(version) + kept(in_column, level[0], level[1], level[2]));
        store(upright_sum, load(upright_sum) + kept(beside_ring, upright[0], upright[1], upright[2]));
      }
    }
  }
}

CK_CLONES
void ck_histograms(
    const ck_directions *directions, const int32_t *const *rows, size_t pitch, size_t cell_rows,
    size_t cell_columns, size_t count, const float *kept_rows, size_t row_versions,
    const float *kept_columns, size_t column_versions, float *zones, float *target,
    size_t target_pitch) {
  if (directions->orientations == 9 && cell_rows == 4 && cell_columns == 4)
    histograms(
        directions, 9, 4, rows, pitch, 4, 4, count, kept_rows, row_versions, kept_columns,
        column_versions, zones, target, target_pitch);
  else
    histograms(
        directions, directions->orientations, directions->boundary_count, rows, pitch, cell_rows,
        cell_columns, count, kept_rows, row_versions, kept_columns, column_versions, zones, target,
        target_pitch);
}
