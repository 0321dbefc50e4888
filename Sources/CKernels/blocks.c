#include "lanes.h"

CK_INLINE void blocks(
    const float *const *cells, size_t cell_count, size_t orientations, size_t cell_pitch,
    ck_norm norm, float epsilon, size_t count, float *target, size_t pitch) {
  // What skimage adds to the second norm of L2-Hys, whose values have no unit any more.
  const float squared_epsilon = 1e-10f;
  const int squared = norm == CK_L2 || norm == CK_L2_HYS;
  for (size_t c = 0; c < count; c += CK_LANES) {
    lanes sum = splat(0);
    for (size_t cell = 0; cell < cell_count; cell++) {
      if (!squared) sum += load(cells[cell] + orientations * cell_pitch + c);
      for (size_t bin = 0; squared && bin < orientations; bin++) {
        const lanes value = load(cells[cell] + bin * cell_pitch + c);
        sum += value * value;
      }
    }
    const lanes scale = 1 / (squared ? square_roots(sum + epsilon * epsilon) : sum + epsilon);
    lanes clipped_sum = splat(squared_epsilon);
    float *feature = target + c;
    for (size_t cell = 0; cell < cell_count; cell++)
      for (size_t bin = 0; bin < orientations; bin++, feature += pitch) {
        lanes value = load(cells[cell] + bin * cell_pitch + c) * scale;
        if (norm == CK_L1_SQRT) value = square_roots(value);
        if (norm == CK_L2_HYS) {
          value = smaller(value, splat(0.2f));
          clipped_sum += value * value;
        }
        store(feature, value);
      }
    if (norm == CK_L2_HYS) {
      const lanes rescale = 1 / square_roots(clipped_sum);
      feature = target + c;
      for (size_t k = 0; k < cell_count * orientations; k++, feature += pitch)
        store(feature, load(feature) * rescale);
    }
  }
}

CK_CLONES
void ck_blocks(
    const float *const *cells, size_t cell_count, size_t orientations, size_t cell_pitch,
    ck_norm norm, float epsilon, size_t count, float *target, size_t pitch) {
  if (norm == CK_L1 && cell_count == 4 && orientations == 9)
    blocks(cells, 4, 9, cell_pitch, CK_L1, epsilon, count, target, pitch);
  else
    blocks(cells, cell_count, orientations, cell_pitch, norm, epsilon, count, target, pitch);
}
