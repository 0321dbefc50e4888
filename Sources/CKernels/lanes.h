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

CK_INLINE lanes load(const float *from) { return *(const lanes *)from; }
CK_INLINE int_lanes load_ints(const int32_t *from) { return *(const int_lanes *)from; }
CK_INLINE void store(float *to, lanes values) { *(lanes *)to = values; }
CK_INLINE lanes splat(float value) { return (lanes){} + value; }
CK_INLINE lanes to_floats(int_lanes values) { return __builtin_convertvector(values, lanes); }
CK_INLINE lanes square_roots(lanes values) { return __builtin_elementwise_sqrt(values); }
CK_INLINE lanes smaller(lanes a, lanes b) { return __builtin_elementwise_min(a, b); }
CK_INLINE lanes magnitude(lanes values) { return __builtin_elementwise_abs(values); }

// The values where `mask` is all ones, 0 where it is all zeros.
CK_INLINE lanes where(int_lanes mask, lanes values) {
  return (lanes)(mask & (int_lanes)values);
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
