#include "lanes.h"

void ck_gather_cells(
    const float *const *rows, size_t row_count, const intptr_t *column_versions, size_t column_count,
    size_t version_size, size_t value_count, size_t pitch, float *target) {
  for (size_t row = 0; row < row_count; row++)
    for (size_t column = 0; column < column_count; column++) {
      const float *cell = rows[row] + (size_t)column_versions[column] * version_size + column;
      for (size_t k = 0; k < value_count; k++) *target++ = cell[k * pitch];
    }
}

// One block: its cells are `row_pitch` floats apart downwards, its own sum after each cell's bins.
CK_INLINE float *block_features(
    const float *cells, const size_t block_rows, const size_t block_columns, const size_t orientations,
    size_t row_pitch, const ck_norm norm, float epsilon, float *features) {
  const size_t cell_size = orientations + 1, feature_count = block_rows * block_columns * orientations;
  const int squared = norm == CK_L2 || norm == CK_L2_HYS;
  float sum = 0;
  for (size_t row = 0; row < block_rows; row++)
    for (size_t column = 0; column < block_columns; column++) {
      const float *cell = cells + row * row_pitch + column * cell_size;
      if (!squared) sum += cell[orientations];
      for (size_t bin = 0; squared && bin < orientations; bin++) sum += cell[bin] * cell[bin];
    }
  const float scale = 1 / (squared ? __builtin_sqrtf(sum + epsilon * epsilon) : sum + epsilon);
  float *feature = features;
  for (size_t row = 0; row < block_rows; row++)
    for (size_t column = 0; column < block_columns; column++) {
      const float *cell = cells + row * row_pitch + column * cell_size;
      for (size_t bin = 0; bin < orientations; bin++) *feature++ = cell[bin] * scale;
    }
  if (norm == CK_L1_SQRT)
    for (size_t k = 0; k < feature_count; k++) features[k] = __builtin_sqrtf(features[k]);
  if (norm == CK_L2_HYS) {
    float clipped_sum = 1e-10f;
    for (size_t k = 0; k < feature_count; k++) {
      features[k] = features[k] < 0.2f ? features[k] : 0.2f;
      clipped_sum += features[k] * features[k];
    }
    const float rescale = 1 / __builtin_sqrtf(clipped_sum);
    for (size_t k = 0; k < feature_count; k++) features[k] *= rescale;
  }
  return feature;
}

CK_CLONES
void ck_window_features(
    const float *cells, size_t cell_rows, size_t cell_columns, size_t block_rows, size_t block_columns,
    size_t orientations, ck_norm norm, float epsilon, float *features) {
  const size_t cell_size = orientations + 1, row_pitch = cell_columns * cell_size;
  for (size_t row = 0; row + block_rows <= cell_rows; row++)
    for (size_t column = 0; column + block_columns <= cell_columns; column++) {
      const float *block = cells + row * row_pitch + column * cell_size;
      if (norm == CK_L1 && block_rows == 2 && block_columns == 2 && orientations == 9)
        features = block_features(block, 2, 2, 9, row_pitch, CK_L1, epsilon, features);
      else
        features = block_features(
            block, block_rows, block_columns, orientations, row_pitch, norm, epsilon, features);
    }
}
