#pragma once
#include <stddef.h>
#include <stdint.h>

/// Turns the levels of a row's sketch into values: x[c] is approximately least + unit * level[c].
///
/// A level, in 0...15, takes four bits. Eight words hold 64 columns: column c is at bit
/// 16 * (c % 2) + 4 * (c / 16) of word c / 2 % 8, so that a shift and a mask extract 16 adjacent columns.
/// Levels beyond the last column are 0.
typedef struct {
  float least;
  float unit;
  /// The sum of (x[c] - least - unit * level[c])^2, up to rounding.
  float squared_error;
} ck_sketch;

/// Sketches a row of finite values, with levels evenly spaced from its smallest to its largest value.
/// - words: room for 8 words for every 64 columns, rounded up.
ck_sketch ck_sketch_row(const float *_Nonnull row, size_t columns, uint32_t *_Nonnull words);

/// The exact sum of level[c] * vector[c].
/// - word_count: a multiple of 8.
/// - vector: 8 values for each word, such that 15 * sum |vector[c]| fits in 31 bits.
int32_t ck_sketch_product(
    const uint32_t *_Nonnull words, size_t word_count, const int16_t *_Nonnull vector);
