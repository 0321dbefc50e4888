#pragma once
#include <stddef.h>
#include <stdint.h>

/// What makes values of the levels of a row's sketch: x[c] is near least + unit * level[c].
///
/// A level, in 0...15, takes four bits. Eight words hold 64 columns, column c of them at bit
/// 16 * (c % 2) + 4 * (c / 16) of word c / 2 % 8, so that a shift and a mask bring 16 columns side by side.
/// Levels beyond the last column are 0.
typedef struct {
  float least;
  float unit;
  /// Sum of (x[c] - least - unit * level[c])^2, up to rounding.
  float squared_error;
} ck_sketch;

/// Sketches a row of finite values, with levels evenly spaced from its least to its largest.
/// - words: room for 8 words for each begun 64 columns.
ck_sketch ck_sketch_row(const float *_Nonnull row, size_t columns, uint32_t *_Nonnull words);

/// Sum of level[c] * vector[c], exactly.
/// - word_count: a multiple of 8.
/// - vector: 8 values for each word, such that 15 * sum |vector[c]| fits in 31 bits.
int32_t ck_sketch_product(
    const uint32_t *_Nonnull words, size_t word_count, const int16_t *_Nonnull vector);
