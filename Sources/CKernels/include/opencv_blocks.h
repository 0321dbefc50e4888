#pragma once
// Blocks as OpenCV's HOGDescriptor defines them, vectorised over adjacent blocks.
//
// Blocks are on a lattice. Rows of pixels are spread as by ck_spread: grouped by their place between two columns of the
// lattice, so that the values of neighbouring blocks are adjacent. Arrays are as in ckernels.h: counts are rounded up to
// whole vectors.
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// The bins that gradients vote for.
typedef struct {
  int32_t count;
  /// Whether the bins divide a full turn, so that opposite directions differ, or half a turn.
  int32_t is_signed;
  /// The arc tangent in bins: the coefficients of the 1st, 3rd, 5th and 7th power of a tangent in 0...1.
  float arc_tangent[4];
} ck_bins;

/// Computes the votes of a row of pixels: each pixel votes for the two bins whose centres its gradient is between.
///
/// - above, row, below: spread rows of grey values or their square roots, readable from one value before to one value
///   after `count` (rounded up). With several planes, `columns` times `pitch` apart, a pixel has the longest of their
///   gradients; if several are equally long, the first, or from pixel `last_plane_first` on the last.
/// - columns: the number of pixels from one column of the lattice to the next.
/// - planes: 1, or 3.
/// - count: the number of columns of the lattice.
/// - votes: [column of pixels][bin][column of the lattice], the innermost `vote_pitch` long: at least `count`, rounded up.
void ck_votes(
    const ck_bins *bins, const float *above, const float *row, const float *below, size_t pitch,
    size_t columns, size_t planes, intptr_t last_plane_first, size_t count, float *votes,
    size_t vote_pitch);

/// Adds the pixels of a block to its cells, along one axis.
///
/// A pixel counts for the two cells whose centres it is between, or near the block's edge for the nearest cell.
///
/// - pixels: one pointer for each pixel, to the `count` values that it adds.
/// - count: a multiple of CK_LANES.
/// - weights_before, weights_after: each pixel's weight for the cell before it and for the cell after it.
/// - centres: for each cell, the first pixel at or beyond its centre; then the number of pixels.
/// - cells: [cell][value], the cells `cell_pitch` apart.
void ck_add_cells(
    const float *_Nonnull const *_Nonnull pixels, const float *weights_before, const float *weights_after,
    const intptr_t *centres, size_t cell_count, size_t count, float *cells, size_t cell_pitch);

/// How OpenCV normalises a block.
typedef struct {
  /// What is added to the norm in the first and the second normalisation.
  float first_epsilon, second_epsilon;
  /// The limit that features are clipped to after the first normalisation.
  float clip;
} ck_block_norm;

/// Normalises blocks in place, and rounds their features to 16 bits, into `pairs`, as for ck_blocks.
///
/// - features: [feature][block].
void ck_normalise(
    const ck_block_norm *norm, float *features, size_t feature_count, size_t pitch, size_t count,
    int32_t *pairs, size_t pair_pitch);

/// The margin of one window, without the bias, in single precision; sums over rows of blocks are in double.
///
/// - rows: for each row of the window's blocks, its features, [feature][block], from the window's first block on;
///   readable for `block_columns` (rounded up) blocks.
/// - block_columns: the number of blocks from the window's first to its last, including those between that are not its
///   own.
/// - weights: [block row][feature][block column], the innermost rounded up to whole vectors, with 0 for blocks that are
///   not the window's.
double ck_block_margin(
    const float *_Nonnull const *_Nonnull rows, size_t block_rows, size_t block_columns,
    size_t feature_count, size_t pitch, const float *weights);

#pragma clang assume_nonnull end
