#pragma once
#include <stdint.h>

#include "copencv.h"

// Detectors in the file format of OpenCV's HOGDescriptor. A function with an `error` returns 0, or an error code, with
// the library's message in `error`.

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /// The file contains no HOGDescriptor with an SVM.
  copencv_no_detector = 10,
};

/// The parameters of a HOGDescriptor; sizes are in pixels, width first.
typedef struct {
  int32_t window[2], block[2], stride[2], cell[2];
  int32_t bins;
  double window_sigma;
  double clip;
  int32_t gamma_correction, signed_gradients;
  /// OpenCV's defaults are 1 and 0 (L2-Hys); it computes nothing else.
  int32_t derivative_aperture, norm;
} copencv_hog;

/// How to search pictures, apart from the descriptor.
typedef struct {
  /// The score that a window must exceed.
  double hit_threshold;
  int32_t window_step;
  double pyramid_scale;
  int32_t padding;
} copencv_search;

/// A detector in memory.
typedef struct copencv_detector copencv_detector;

void copencv_free_detector(copencv_detector *_Nonnull detector);

copencv_hog copencv_detector_hog(const copencv_detector *_Nonnull detector);

/// The detector's weights, followed by its bias if it has one; valid as long as the detector.
const float *_Nonnull copencv_detector_weights(
    const copencv_detector *_Nonnull detector, int64_t *_Nonnull count);

/// OpenCV's own pedestrian detector.
int32_t copencv_people_detector(
    copencv_detector *_Nullable *_Nonnull detector, copencv_error *_Nonnull error);

/// Reads the output of HOGDescriptor::save: YAML, XML or JSON.
int32_t copencv_read_detector(
    const char *_Nonnull bytes, int64_t count, copencv_detector *_Nullable *_Nonnull detector,
    copencv_error *_Nonnull error);

/// Writes a file that HOGDescriptor::load reads, with `search` beside the descriptor.
/// - weights: one for each feature, then the bias.
/// - take: called once, with the text.
int32_t copencv_write_detector(
    const copencv_hog *_Nonnull hog, const float *_Nonnull weights, int64_t count,
    const copencv_search *_Nonnull search, int32_t as_xml, void *_Nullable context,
    void (*_Nonnull take)(void *_Nullable context, const char *_Nonnull text, int64_t count),
    copencv_error *_Nonnull error);

#ifdef __cplusplus
}
#endif
