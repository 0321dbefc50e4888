#pragma once
// What Misfire's speed is measured against: OpenCV itself, through its C++ interface.
#include <stdint.h>

#pragma clang assume_nonnull begin

#ifdef __cplusplus
extern "C" {
#endif

/// A cv::HOGDescriptor with a detector of `weight_count` floats, the bias last.
typedef struct cpeers_detector cpeers_detector;

/// - Returns: null where the geometry has another number of features than there are weights.
cpeers_detector *_Nullable cpeers_make_detector(
    int32_t window_width, int32_t window_height, int32_t cell_width, int32_t cell_height,
    int32_t block_cells_across, int32_t block_cells_down, int32_t bins, const float *weights,
    int32_t weight_count);
void cpeers_free_detector(cpeers_detector *detector);

/// Runs detectMultiScale on one thread.
/// - Returns: how many windows it found.
int64_t cpeers_detect(
    const cpeers_detector *detector, const uint8_t *pixels, int32_t width, int32_t height,
    double hit_threshold, int32_t stride, double scale);

/// Reads a picture as cv::imread does and makes it grey, on one thread.
/// - Returns: its number of pixels, 0 where it cannot be read.
int64_t cpeers_read_gray(const char *path);

/// How many blocks of memory the program has allocated so far.
int64_t cpeers_allocations(void);

#ifdef __cplusplus
}
#endif

#pragma clang assume_nonnull end
