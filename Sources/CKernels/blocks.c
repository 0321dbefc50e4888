#include "lanes.h"

// Quantises features to 16 bits, in the lower half of each lane, in units of 1 / CK_UNIT, rounded to nearest: floats as
// large as the rounder have no fractional bits, and the rounder's own lowest 16 bits are 0.
CK_INLINE int_lanes quantised(lanes features) {
  const float rounder = 0x1.8p23f;
  return (int_lanes)(features * CK_UNIT + rounder) & 0xffff;
}

CK_INLINE void blocks(
    const float *const *cells, size_t cell_count, size_t orientations, size_t cell_pitch,
    const ck_norm norm, float epsilon, size_t count, int32_t *target, size_t pitch) {
  for (size_t c = 0; c < count; c += CK_LANES) {
    lanes shares = splat(0);
    for (size_t cell = 0; cell < cell_count; cell++) {
      const float *histogram = cells[cell] + c;
      if (norm == CK_L1 || norm == CK_L1_SQRT) {
        shares += load(histogram + orientations * cell_pitch);
        continue;
      }
      for (size_t bin = 0; bin < orientations; bin++) {
        const lanes value = load(histogram + bin * cell_pitch);
        shares += value * value;
      }
    }
    const lanes scales = block_scales(shares, norm, epsilon);
    lanes second_scales = splat(1);
    if (norm == CK_L2_HYS) {
      lanes clipped = splat(squared_epsilon);
      for (size_t cell = 0; cell < cell_count; cell++)
        for (size_t bin = 0; bin < orientations; bin++) {
          const lanes value = block_feature(load(cells[cell] + bin * cell_pitch + c), scales, norm);
          clipped += value * value;
        }
      second_scales = 1 / square_roots(clipped);
    }
    int_lanes lower = {};
    int upper = 0;
    int32_t *pair = target + c;
    for (size_t cell = 0; cell < cell_count; cell++)
      for (size_t bin = 0; bin < orientations; bin++, upper = !upper) {
        lanes feature = block_feature(load(cells[cell] + bin * cell_pitch + c), scales, norm);
        if (norm == CK_L2_HYS) feature *= second_scales;
        if (!upper) {
          lower = quantised(feature);
        } else {
          store_ints(pair, lower | quantised(feature) << 16);
          pair += pitch;
        }
      }
    if (upper) store_ints(pair, lower);
  }
}

CK_CLONES
void ck_blocks(
    const float *const *cells, size_t cell_count, size_t orientations, size_t cell_pitch,
    ck_norm norm, float epsilon, size_t count, int32_t *target, size_t pitch) {
  if (norm == CK_L1 && cell_count == 4 && orientations == 9)
    blocks(cells, 4, 9, cell_pitch, CK_L1, epsilon, count, target, pitch);
  else
    blocks(cells, cell_count, orientations, cell_pitch, norm, epsilon, count, target, pitch);
}
