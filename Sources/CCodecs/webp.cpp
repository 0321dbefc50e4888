#include "readers.hpp"

#include <memory>
#include <opencv2/imgproc.hpp>
#include <stdexcept>
#include <webp/demux.h>

cv::Mat readWebPAnimation(const uint8_t *bytes, size_t count) {
  WebPAnimDecoderOptions options;
  if (!WebPAnimDecoderOptionsInit(&options)) throw std::runtime_error("libwebpdemux is of another version");
  options.color_mode = MODE_BGRA;
  options.use_threads = 0;
  const WebPData data{bytes, count};
  const std::unique_ptr<WebPAnimDecoder, void (*)(WebPAnimDecoder *)> decoder(
      WebPAnimDecoderNew(&data, &options), WebPAnimDecoderDelete);
  WebPAnimInfo info;
  uint8_t *canvas = nullptr;
  int endOfFrame = 0;
  if (decoder == nullptr || !WebPAnimDecoderGetInfo(decoder.get(), &info) ||
      !WebPAnimDecoderGetNext(decoder.get(), &canvas, &endOfFrame)) {
    throw std::runtime_error("libwebpdemux finds no first frame");
  }
  cv::Mat picture;
  cv::cvtColor(
      cv::Mat((int)info.canvas_height, (int)info.canvas_width, CV_8UC4, canvas), picture, cv::COLOR_BGRA2BGR);
  return picture;
}
