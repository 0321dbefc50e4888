#pragma once
// Blocks as OpenCV's HOGDescriptor defines them, vectorised over blocks lying side by side.
//
// Rows of pixels are spread as by ck_spread, their columns sorted by their place within the stride of blocks; what is
// said of pixels is therefore [...][column of the stride][block], and neighbouring blocks lie side by side. Arrays are
// as in ckernels.h: counts are rounded up to whole vectors.
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The bins that gradients vote for.
typedef struct {
  int32_t count;
  /// Whether they divide a whole turn, so that opposite directions differ, or half of one.
  int32_t is_signed;
  /// The arc tangent in bins: coefficients of the 1st, 3rd, 5th and 7th power of a tangent in 0...1.
  float arc_tangent[4];
} ck_bins;

/// The votes of a row of pixels for the bins between whose centres their gradients' directions lie.
///
/// - above, row, below: rows of grey values or their square roots, spread, from one value before to one value after
///   `count` (rounded up).
/// - columns: the stride's.
/// - votes: [bin][column][block], the last `vote_pitch` long, at least `count` rounded up.
void ck_votes(
    const ck_bins *bins, const float *above, const float *row, const float *below, size_t pitch,
    size_t columns, size_t count, float *votes, size_t vote_pitch);

/// Adds rows of votes, each by a weight: `sums[i] = Σ over rows of weights[row] * votes[row][i]`.
///
/// - count: how many values a row has, a multiple of CK_LANES.
void ck_add_rows(
    const float *_Nonnull const *_Nonnull votes, const float *weights, size_t row_count, size_t count,
    float *sums);

/// Adds columns of what ck_add_rows gave, each by a weight, to the histograms of one cell of each block.
///
/// - sums: [bin][column of the stride][block].
/// - weights: one for each of the block's columns from `first_column` to `end_column`.
/// - histograms: [bin][block].
void ck_add_columns(
    const float *sums, size_t bin_count, size_t columns, size_t pitch, const float *weights,
    size_t first_column, size_t end_column, size_t count, float *histograms,
    size_t histogram_pitch);

/// How OpenCV normalises a block.
typedef struct {
  /// What is added to the norm the first and the second time.
  float first_epsilon, second_epsilon;
  /// What features are cut at after the first.
  float clip;
} ck_block_norm;

/// Normalises blocks in place, and rounds their features to 16 bits: `pairs` as for ck_blocks.
///
/// - features: [feature][block].
void ck_normalise(
    const ck_block_norm *norm, float *features, size_t feature_count, size_t pitch, size_t count,
    int32_t *pairs, size_t pair_pitch);

/// The margin of one window without its bias, in single precision; sums over rows of blocks are in double.
///
/// - rows: for each row of the window's blocks its features, [feature][block], from the window's first block on;
///   readable for `block_columns` (rounded up) blocks.
/// - weights: [block row][feature][block column], the innermost rounded up to whole vectors with 0.
double ck_block_margin(
    const float *_Nonnull const *_Nonnull rows, size_t block_rows, size_t block_columns,
    size_t feature_count, size_t pitch, const float *weights);

#pragma clang assume_nonnull end
