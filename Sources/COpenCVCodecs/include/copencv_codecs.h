#pragma once
#include "copencv.h"

// What Misfire uses of OpenCV's imgcodecs, in C.

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /// The codec found nothing it could decode, and gave no reason.
  copencv_undecodable = 16,
};

/// A decoded picture; `copencv_picture_free` ends it.
typedef struct copencv_picture copencv_picture;

/// Decodes as `cv::imread` does with IMREAD_COLOR (the EXIF orientation applied, 8 bits a channel, no alpha) or, where
/// `grey` is not 0, with IMREAD_GRAYSCALE.
/// On success `*picture` is the caller's to free; otherwise it is NULL.
int32_t copencv_decode(
    const uint8_t *_Nonnull bytes, int64_t count, int32_t grey,
    copencv_picture *_Nullable *_Nonnull picture, copencv_error *_Nonnull error);

int32_t copencv_picture_width(const copencv_picture *_Nonnull picture);
int32_t copencv_picture_height(const copencv_picture *_Nonnull picture);

/// Writes the picture as grey into width × height bytes; colours are weighted as `cv::COLOR_BGR2GRAY` does.
int32_t copencv_picture_grey(
    const copencv_picture *_Nonnull picture, uint8_t *_Nonnull pixels,
    copencv_error *_Nonnull error);

/// Writes the picture as BGR into 3 × width × height bytes.
int32_t copencv_picture_bgr(
    const copencv_picture *_Nonnull picture, uint8_t *_Nonnull pixels,
    copencv_error *_Nonnull error);

void copencv_picture_free(copencv_picture *_Nullable picture);

/// An encoded picture; `copencv_bytes_free` ends it.
typedef struct copencv_bytes copencv_bytes;

/// Encodes a grey (`channels` 1) or BGR (3) picture. `extension` names the format: ".png" or ".jpg"; `quality`, in
/// 0...100, is for JPEG.
/// On success `*bytes` is the caller's to free; otherwise it is NULL.
int32_t copencv_encode(
    const uint8_t *_Nonnull pixels, int32_t width, int32_t height, int32_t channels,
    const char *_Nonnull extension, int32_t quality, copencv_bytes *_Nullable *_Nonnull bytes,
    copencv_error *_Nonnull error);

/// The encoded bytes, valid until they are freed.
const uint8_t *_Nonnull copencv_bytes_start(const copencv_bytes *_Nonnull bytes);
int64_t copencv_bytes_count(const copencv_bytes *_Nonnull bytes);

void copencv_bytes_free(copencv_bytes *_Nullable bytes);

#ifdef __cplusplus
}
#endif
