#include "inner_products.h"
#include "lanes.h"

#include <string.h>

// Columns are processed in panels, whose sums are added in order. With many rows of `b`, all rows go through one
// panel before the next, which keeps a tile's data in the nearest caches; with only a few, each row of `a` is
// read once from end to end. The sums are the same.
enum { PANEL = 768, FEW = 6 };

// One tile: every pair of `height` rows of `a` and `width` rows of `b`. Each loaded row serves the whole tile: a
// tile of 4 x 3 does 12 multiplications for 7 loads, and its 12 accumulators leave 4 registers for the rows.
// Always inlined with constant sizes, so that the loops over the tile disappear.
CK_INLINE void tile(
    const float *const *a, const float *const *b, size_t height, size_t width, size_t columns,
    float *products, size_t stride) {
#pragma clang fp contract(fast)
  lanes sums[4][3] = {0};
  const size_t whole = columns / CK_LANES * CK_LANES;
#pragma clang loop unroll(disable)
  for (size_t c = 0; c < whole; c += CK_LANES) {
    lanes right[3];
#pragma clang loop unroll(full)
    for (size_t j = 0; j < width; j++) right[j] = load(b[j] + c);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < height; i++) {
      const lanes left = load(a[i] + c);
#pragma clang loop unroll(full)
      for (size_t j = 0; j < width; j++) sums[i][j] += left * right[j];
    }
  }
#pragma clang loop unroll(full)
  for (size_t i = 0; i < height; i++) {
#pragma clang loop unroll(full)
    for (size_t j = 0; j < width; j++) {
      const lanes s = sums[i][j];
      float sum = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
      for (size_t rest = whole; rest < columns; rest++) sum += a[i][rest] * b[j][rest];
      products[i * stride + j] += sum;
    }
  }
}

// Up to four rows of `a` with all rows of `b`, in the panel of columns that begins at `first`.
CK_INLINE void strip(
    const float *a, const uint32_t *rows_a, size_t height,
    const float *b, const uint32_t *rows_b, size_t count_b,
    size_t columns, size_t first, float *products, size_t stride) {
  const size_t panel = columns - first < PANEL ? columns - first : PANEL;
  const float *left[4];
  for (size_t k = 0; k < height; k++) left[k] = a + rows_a[k] * columns + first;
  for (size_t j = 0; j < count_b; j += 3) {
    const size_t width = count_b - j < 3 ? count_b - j : 3;
    const float *right[3];
    for (size_t k = 0; k < width; k++) right[k] = b + rows_b[j + k] * columns + first;
    for (size_t i = 0; i < height; i += height == 4 ? 4 : 1) {
      float *out = products + i * stride + j;
      switch (height == 4 ? width : width + 4) {
        case 3: tile(left, right, 4, 3, panel, out, stride); break;
        case 2: tile(left, right, 4, 2, panel, out, stride); break;
        case 1: tile(left, right, 4, 1, panel, out, stride); break;
        case 7: tile(left + i, right, 1, 3, panel, out, stride); break;
        case 6: tile(left + i, right, 1, 2, panel, out, stride); break;
        default: tile(left + i, right, 1, 1, panel, out, stride); break;
      }
    }
  }
}

CK_CLONES
void ck_inner_products(
    const float *a, const uint32_t *rows_a, size_t count_a,
    const float *b, const uint32_t *rows_b, size_t count_b,
    size_t columns, float *products) {
  memset(products, 0, count_a * count_b * sizeof *products);
  if (count_b <= FEW) {
    for (size_t i = 0; i < count_a; i += 4) {
      const size_t height = count_a - i < 4 ? count_a - i : 4;
      for (size_t first = 0; first < columns; first += PANEL) {
        strip(a, rows_a + i, height, b, rows_b, count_b, columns, first,
              products + i * count_b, count_b);
      }
    }
    return;
  }
  for (size_t first = 0; first < columns; first += PANEL) {
    for (size_t j = 0; j < count_b; j += 3) {
      const size_t width = count_b - j < 3 ? count_b - j : 3;
      for (size_t i = 0; i < count_a; i += 4) {
        const size_t height = count_a - i < 4 ? count_a - i : 4;
        strip(a, rows_a + i, height, b, rows_b + j, width, columns, first,
              products + i * count_b + j, count_b);
      }
    }
  }
}

CK_CLONES
void ck_add_scaled(const float *row, double coefficient, size_t columns, double *sum) {
#pragma clang fp contract(fast)
  for (size_t c = 0; c < columns; c++) sum[c] += coefficient * row[c];
}

CK_CLONES
void ck_add_scaled_single(const float *row, float coefficient, size_t columns, float *sum) {
#pragma clang fp contract(fast)
  for (size_t c = 0; c < columns; c++) sum[c] += coefficient * row[c];
}

CK_CLONES
float ck_inner_product(const float *left, const float *right, size_t columns) {
#pragma clang fp contract(fast) reassociate(on)
  float sum = 0;
  for (size_t c = 0; c < columns; c++) sum += left[c] * right[c];
  return sum;
}
