#pragma once
// Blocks as OpenCV's HOGDescriptor defines them, vectorised over blocks lying side by side.
//
// Blocks lie on a lattice. Rows of pixels are spread as by ck_spread, their columns sorted by their place between two
// columns of the lattice, so that what belongs to neighbouring blocks lies side by side. Arrays are as in ckernels.h:
// counts are rounded up to whole vectors.
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
///   `count` (rounded up). If there are several planes, `columns` times `pitch` apart, a pixel has the longest of their
///   gradients; of equally long ones the first, or the last from pixel `last_plane_first` on.
/// - columns: the pixels from one column of the lattice to the next.
/// - planes: 1, or 3.
/// - count: the columns of the lattice.
/// - votes: [column of pixels][bin][column of the lattice], the last `vote_pitch` long, at least `count` rounded up.
void ck_votes(
    const ck_bins *bins, const float *above, const float *row, const float *below, size_t pitch,
    size_t columns, size_t planes, intptr_t last_plane_first, size_t count, float *votes,
    size_t vote_pitch);

/// Adds what a block has along one axis, its pixels, to its cells along that axis.
///
/// A pixel counts for the two cells between whose centres it lies, or for the one nearest to the block's edge.
///
/// - pixels: the first of `count` values that each pixel adds, a multiple of CK_LANES.
/// - weights_before, weights_after: for each pixel how much it counts for the cell before it and for the one after.
/// - centres: for each cell the first pixel that lies on its centre or beyond, then the number of pixels.
/// - cells: [cell][value], the cells `cell_pitch` apart.
void ck_add_cells(
    const float *_Nonnull const *_Nonnull pixels, const float *weights_before, const float *weights_after,
    const intptr_t *centres, size_t cell_count, size_t count, float *cells, size_t cell_pitch);

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
/// - block_columns: from the window's first block to its last, with the blocks between that are not its own.
/// - weights: [block row][feature][block column], the innermost rounded up to whole vectors, with 0 for all that are
///   not the window's.
double ck_block_margin(
    const float *_Nonnull const *_Nonnull rows, size_t block_rows, size_t block_columns,
    size_t feature_count, size_t pitch, const float *weights);

#pragma clang assume_nonnull end
