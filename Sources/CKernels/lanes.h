#pragma once
// Vector code for whatever processor runs it, from one portable build.
#include <stdint.h>

#include "ckernels.h"

#ifndef __has_feature
#define __has_feature(feature) 0
#endif

// The loader picks the widest of these that the processor supports. ThreadSanitizer builds have no clones: it instruments
// the resolver, which then runs before the sanitizer is initialised and crashes.
#if defined(__x86_64__) && !__has_feature(thread_sanitizer)
#define CK_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CK_CLONES
#endif

// Functions inlined into a clone are compiled for its processor. A clone itself only calls such a function, because the
// compiler checks calls that pass vectors before it inlines them.
#define CK_INLINE static inline __attribute__((always_inline))

// Vectors are passed only to inlined functions, so the calling convention for them does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

// CK_LANES adjacent values, at any address.
typedef float lanes __attribute__((vector_size(CK_LANES * 4), aligned(4)));
typedef int32_t int_lanes __attribute__((vector_size(CK_LANES * 4), aligned(4)));

// Twice as many 16-bit values: for each int lane, its lower half, then its upper half.
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

// Lane by lane, the product of the lower halves plus the product of the upper halves, as 16-bit numbers. If the processor
// has an instruction for it (pmaddwd), the compiler uses it; it multiplies twice as many numbers as one for floats.
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

// Transposes a square of lanes: entry (i, j) becomes entry (j, i).
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

// The factors that turn histograms into a block's features, before the further steps of L1-sqrt and L2-Hys.
CK_INLINE lanes block_scales(lanes norm_shares, ck_norm norm, float epsilon) {
  return norm == CK_L2 || norm == CK_L2_HYS ? 1 / square_roots(norm_shares + epsilon * epsilon)
                                            : 1 / (norm_shares + epsilon);
}

// What skimage adds to the second squared norm of L2-Hys, whose values are already normalised.
static const float squared_epsilon = 1e-10f;

// A feature; with L2-Hys, before the block is normalised a second time.
CK_INLINE lanes block_feature(lanes histogram, lanes scales, ck_norm norm) {
  const lanes feature = histogram * scales;
  return norm == CK_L1_SQRT ? square_roots(feature)
      : norm == CK_L2_HYS   ? smaller(feature, splat(0.2f))
                            : feature;
}

// Stores the histograms of `count` adjacent cells, held in `orientations` vectors, cell after cell.
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

// What a cell adds to the norm of its blocks, or to the squared norm.
CK_INLINE lanes norm_share(const lanes *bins, const size_t orientations, ck_norm norm) {
  lanes sum = splat(0);
  for (size_t bin = 0; bin < orientations; bin++)
    sum += norm == CK_L2 || norm == CK_L2_HYS ? bins[bin] * bins[bin] : bins[bin];
  return sum;
}
