#pragma once
#include "copencv.h"

// What Misfire uses of the picture codecs, in C: OpenCV's imgcodecs, and the libraries that read what it does not.

#ifdef __cplusplus
extern "C" {
#endif

enum {
  /// The codec found nothing it could decode, and gave no reason.
  ccodecs_undecodable = 16,
  /// The data end before the picture does.
  ccodecs_cut_short = 17,
  /// The library is there and lacks the codec.
  ccodecs_no_codec = 18,
};

/// Who decodes.
enum {
  /// PNG, BMP, WebP, PNM, TIFF, JPEG 2000.
  ccodecs_opencv = 0,
  /// libjpeg, which OpenCV uses too and does not ask whether all rows were there.
  ccodecs_jpeg = 1,
  /// giflib; OpenCV has no GIF before 4.11.
  ccodecs_gif = 2,
  /// libwebp; OpenCV refuses animations before 4.11.
  ccodecs_webp_animation = 3,
  /// libheif: HEIC and AVIF.
  ccodecs_heif = 4,
};

/// A decoded picture; `ccodecs_picture_free` ends it.
typedef struct ccodecs_picture ccodecs_picture;

/// Decodes the first picture in `bytes` as `cv::imread` does with IMREAD_COLOR (8 bits a channel, no alpha) or, where
/// `grey` is not 0, with IMREAD_GRAYSCALE, and turns it as the EXIF `orientation` (1...8) says. An orientation that PNG or
/// TIFF hold is applied by OpenCV, whatever `orientation` is.
/// On success `*picture` is the caller's to free; otherwise it is NULL. After `ccodecs_cut_short`, `*missing_rows` of the
/// picture are missing, or only coarse.
int32_t ccodecs_decode(
    int32_t codec, const uint8_t *_Nonnull bytes, int64_t count, int32_t grey, int32_t orientation,
    ccodecs_picture *_Nullable *_Nonnull picture, int32_t *_Nonnull missing_rows,
    copencv_error *_Nonnull error);

int32_t ccodecs_picture_width(const ccodecs_picture *_Nonnull picture);
int32_t ccodecs_picture_height(const ccodecs_picture *_Nonnull picture);

/// Writes the picture as grey into width × height bytes; colours are weighted as `cv::COLOR_BGR2GRAY` does.
int32_t ccodecs_picture_grey(
    const ccodecs_picture *_Nonnull picture, uint8_t *_Nonnull pixels,
    copencv_error *_Nonnull error);

/// Writes the picture as BGR into 3 × width × height bytes.
int32_t ccodecs_picture_bgr(
    const ccodecs_picture *_Nonnull picture, uint8_t *_Nonnull pixels,
    copencv_error *_Nonnull error);

/// Writes the blues of all pixels, then the greens and the reds, into 3 × width × height bytes.
int32_t ccodecs_picture_colors(
    const ccodecs_picture *_Nonnull picture, uint8_t *_Nonnull values,
    copencv_error *_Nonnull error);

void ccodecs_picture_free(ccodecs_picture *_Nullable picture);

/// An encoded picture; `ccodecs_bytes_free` ends it.
typedef struct ccodecs_bytes ccodecs_bytes;

/// Encodes a grey (`channels` 1) or BGR (3) picture. `extension` names the format as OpenCV knows it: ".png" or ".jpg";
/// `quality`, in 0...100, is for JPEG.
/// On success `*bytes` is the caller's to free; otherwise it is NULL.
int32_t ccodecs_encode(
    const uint8_t *_Nonnull pixels, int32_t width, int32_t height, int32_t channels,
    const char *_Nonnull extension, int32_t quality, ccodecs_bytes *_Nullable *_Nonnull bytes,
    copencv_error *_Nonnull error);

/// The encoded bytes, valid until they are freed.
const uint8_t *_Nonnull ccodecs_bytes_start(const ccodecs_bytes *_Nonnull bytes);
int64_t ccodecs_bytes_count(const ccodecs_bytes *_Nonnull bytes);

void ccodecs_bytes_free(ccodecs_bytes *_Nullable bytes);

#ifdef __cplusplus
}
#endif
