#pragma once
// Vectors of the machine that runs the code, from one portable build.
#include <stdint.h>

#include "ckernels.h"

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

// The loader picks the widest of these that the processor has. Thread sanitizer instruments the function that
// picks, which then runs before the sanitizer is up and crashes; so do without there.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_CLONES
#endif

// What is inlined into a clone is compiled for its processor. A clone itself only calls such a function: the compiler
// checks calls that pass vectors before it inlines them.
#define CK_INLINE static inline __attribute__((always_inline))

// Vectors are passed only to what is inlined, so nothing depends on how they would travel through a call.
#pragma clang diagnostic ignored "-Wpsabi"

// CK_LANES values side by side, at any address.
typedef float lanes __attribute__((vector_size(CK_LANES * 4), aligned(4)));
typedef int32_t int_lanes __attribute__((vector_size(CK_LANES * 4), aligned(4)));

// Twice as many of 16 bits: the lower half of each int lane, then its upper half.
typedef int16_t half_lanes __attribute__((vector_size(CK_LANES * 4), aligned(4)));
typedef int32_t product_lanes __attribute__((vector_size(CK_LANES * 8)));

CK_INLINE lanes load(const float *from) { return *(const lanes *)from; }
CK_INLINE int_lanes load_ints(const int32_t *from) { return *(const int_lanes *)from; }
CK_INLINE void store(float *to, lanes values) { *(lanes *)to = values; }
CK_INLINE void store_ints(int32_t *to, int_lanes values) { *(int_lanes *)to = values; }
CK_INLINE lanes splat(float value) { return (lanes){} + value; }
CK_INLINE lanes to_floats(int_lanes values) { return __builtin_convertvector(values, lanes); }
CK_INLINE lanes square_roots(lanes values) { return __builtin_elementwise_sqrt(values); }
CK_INLINE lanes smaller(lanes a, lanes b) { return __builtin_elementwise_min(a, b); }
CK_INLINE lanes magnitude(lanes values) { return __builtin_elementwise_abs(values); }

// The values where `mask` is all ones, 0 where it is all zeros.
CK_INLINE lanes where(int_lanes mask, lanes values) {
  return (lanes)(mask & (int_lanes)values);
}

// The product of the lower halves plus that of the upper halves, lane by lane, as 16-bit numbers. The compiler knows
// this for one instruction where there is one (pmaddwd), which multiplies twice as many numbers as one for floats.
CK_INLINE int_lanes multiply_pairs(int_lanes a, int_lanes b) {
  _Static_assert(CK_LANES == 8, "written for eight lanes");
  const product_lanes products = __builtin_convertvector((half_lanes)a, product_lanes)
      * __builtin_convertvector((half_lanes)b, product_lanes);
  return __builtin_shufflevector(products, products, 0, 2, 4, 6, 8, 10, 12, 14)
      + __builtin_shufflevector(products, products, 1, 3, 5, 7, 9, 11, 13, 15);
}

// `chosen` where `mask` is all ones, `other` where it is all zeros.
CK_INLINE lanes blend(int_lanes mask, lanes chosen, lanes other) {
  return (lanes)((mask & (int_lanes)chosen) | (~mask & (int_lanes)other));
}

// Turns rows into columns: entry (i, j) becomes entry (j, i).
CK_INLINE void transpose(lanes rows[CK_LANES]) {
  _Static_assert(CK_LANES == 8, "written for eight lanes");
  lanes pairs[8], quads[8];
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    pairs[i + 1] = __builtin_shufflevector(rows[i], rows[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i += i % 4 == 1 ? 3 : 1) {
    quads[i] = __builtin_shufflevector(pairs[i], pairs[i + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    quads[i + 2] = __builtin_shufflevector(pairs[i], pairs[i + 2], 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int i = 0; i < 4; i++) {
    rows[i] = __builtin_shufflevector(quads[i], quads[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    rows[i + 4] = __builtin_shufflevector(quads[i], quads[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// What histograms must be multiplied by to become a block's features, except for what L1-sqrt and L2-Hys do then.
CK_INLINE lanes block_scales(lanes norm_shares, ck_norm norm, float epsilon) {
  return norm == CK_L2 || norm == CK_L2_HYS ? 1 / square_roots(norm_shares + epsilon * epsilon)
                                            : 1 / (norm_shares + epsilon);
}

// What skimage adds to the second norm of L2-Hys, whose values have no unit any more.
static const float squared_epsilon = 1e-10f;

// A feature, of L2-Hys before its block is divided a second time.
CK_INLINE lanes block_feature(lanes histogram, lanes scales, ck_norm norm) {
  const lanes feature = histogram * scales;
  return norm == CK_L1_SQRT ? square_roots(feature)
      : norm == CK_L2_HYS   ? smaller(feature, splat(0.2f))
                            : feature;
}

// Stores what `orientations` vectors say of `count` cells side by side, cell after cell.
CK_INLINE void store_cells(const lanes *bins, const size_t orientations, size_t count, float *cells) {
  size_t bin = 0;
  for (; bin + CK_LANES <= orientations; bin += CK_LANES) {
    lanes square[CK_LANES];
    for (int i = 0; i < CK_LANES; i++) square[i] = bins[bin + (size_t)i];
    transpose(square);
    for (size_t i = 0; i < CK_LANES; i++)
      if (i < count) store(cells + i * orientations + bin, square[i]);
  }
  for (; bin < orientations; bin++)
    for (size_t i = 0; i < CK_LANES; i++)
      if (i < count) cells[i * orientations + bin] = bins[bin][i];
}

// What a cell adds to the sum that its blocks are divided by, or by the root of.
CK_INLINE lanes norm_share(const lanes *bins, const size_t orientations, ck_norm norm) {
  lanes sum = splat(0);
  for (size_t bin = 0; bin < orientations; bin++)
    sum += norm == CK_L2 || norm == CK_L2_HYS ? bins[bin] * bins[bin] : bins[bin];
  return sum;
}
