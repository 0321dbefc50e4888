#include "inner_products.h"
#include "clones.h"

// Rows begin at any float: no alignment is asked for.
typedef float lanes __attribute__((vector_size(32), aligned(4), may_alias));

// One tile: every pair of `height` rows of a and `width` rows of b. Each loaded row serves the whole tile, so
// that a tile of 4 x 3 multiplies 12 times for 7 loads; its 12 accumulators and 4 rows fit in 16 registers.
// Always inlined with constant sizes, so that the loops over the tile vanish.
__attribute__((always_inline)) static inline void tile(
    const float *const *a, const float *const *b, size_t height, size_t width, size_t columns,
    float *products, size_t stride) {
#pragma clang fp contract(fast)
  lanes sums[4][3] = {0};
  size_t c = 0;
  for (; c + 8 <= columns; c += 8) {
    lanes left[4];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < height; i++) left[i] = *(const lanes *)(a[i] + c);
#pragma clang loop unroll(full)
    for (size_t j = 0; j < width; j++) {
      const lanes right = *(const lanes *)(b[j] + c);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < height; i++) sums[i][j] += left[i] * right;
    }
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++) {
#pragma clang loop unroll(full)
    for (size_t j = 0; j < width; j++) {
      const lanes s = sums[i][j];
      float sum = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
      for (size_t rest = c; rest < columns; rest++) sum += a[i][rest] * b[j][rest];
      products[i * stride + j] = sum;
    }
  }
}

CLONES
void ckernels_inner_products(
    const float *a, const uint32_t *rows_a, size_t count_a,
    const float *b, const uint32_t *rows_b, size_t count_b,
    size_t columns, float *products) {
  for (size_t i = 0; i < count_a; i += 4) {
    const size_t height = count_a - i < 4 ? count_a - i : 4;
    const float *left[4];
    for (size_t k = 0; k < height; k++) left[k] = a + rows_a[i + k] * columns;
    for (size_t j = 0; j < count_b; j += 3) {
      const size_t width = count_b - j < 3 ? count_b - j : 3;
      const float *right[3];
      for (size_t k = 0; k < width; k++) right[k] = b + rows_b[j + k] * columns;
      float *out = products + i * count_b + j;
      if (height == 4) {
        switch (width) {
          case 3: tile(left, right, 4, 3, columns, out, count_b); break;
          case 2: tile(left, right, 4, 2, columns, out, count_b); break;
          default: tile(left, right, 4, 1, columns, out, count_b); break;
        }
      } else {
        for (size_t k = 0; k < height; k++) {
          switch (width) {
            case 3: tile(left + k, right, 1, 3, columns, out + k * count_b, count_b); break;
            case 2: tile(left + k, right, 1, 2, columns, out + k * count_b, count_b); break;
            default: tile(left + k, right, 1, 1, columns, out + k * count_b, count_b); break;
          }
        }
      }
    }
  }
}

CLONES
void ckernels_add_scaled(const float *row, double coefficient, size_t columns, double *sum) {
#pragma clang fp contract(fast)
  for (size_t c = 0; c < columns; c++) sum[c] += coefficient * row[c];
}

CLONES
float ckernels_squared_norm(const float *row, size_t columns) {
#pragma clang fp contract(fast) reassociate(on)
  float sum = 0;
  for (size_t c = 0; c < columns; c++) sum += row[c] * row[c];
  return sum;
}
