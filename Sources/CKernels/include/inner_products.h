#pragma once
#include <stddef.h>
#include <stdint.h>

/// Computes inner products of rows of `a` with rows of `b`: products[i * count_b + j] = a[rows_a[i]] . b[rows_b[j]].
///
/// Both matrices are row-major with `columns` floats a row. Sums are in single precision. Each product is summed
/// in the same order whatever the other rows are, so the same two rows always give the same bits.
void ck_inner_products(
    const float *_Nonnull a, const uint32_t *_Nonnull rows_a, size_t count_a,
    const float *_Nonnull b, const uint32_t *_Nonnull rows_b, size_t count_b,
    size_t columns, float *_Nonnull products);

/// sum[c] += coefficient * row[c] for `columns` columns, in double precision.
void ck_add_scaled(
    const float *_Nonnull row, double coefficient, size_t columns, double *_Nonnull sum);

/// sum[c] += coefficient * row[c] for `columns` columns, in single precision.
void ck_add_scaled_single(
    const float *_Nonnull row, float coefficient, size_t columns, float *_Nonnull sum);

/// The inner product of two rows of `columns` floats, in single precision.
float ck_inner_product(
    const float *_Nonnull left, const float *_Nonnull right, size_t columns);
