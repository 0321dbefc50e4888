#include "copencv_detector.h"
#include "copencv_guarded.hpp"

#include <memory>
#include <opencv2/objdetect.hpp>
#include <string>
#include <vector>

struct copencv_detector {
  cv::HOGDescriptor hog;
};

static cv::Size size(const int32_t *sides) { return cv::Size(sides[0], sides[1]); }

void copencv_free_detector(copencv_detector *detector) { delete detector; }

copencv_hog copencv_detector_hog(const copencv_detector *detector) {
  const cv::HOGDescriptor &hog = detector->hog;
  return copencv_hog{
      {hog.winSize.width, hog.winSize.height},
      {hog.blockSize.width, hog.blockSize.height},
      {hog.blockStride.width, hog.blockStride.height},
      {hog.cellSize.width, hog.cellSize.height},
      hog.nbins,
      hog.getWinSigma(),
      hog.L2HysThreshold,
      hog.gammaCorrection,
      hog.signedGradient,
      hog.derivAperture,
      hog.histogramNormType};
}

const float *copencv_detector_weights(const copencv_detector *detector, int64_t *count) {
  *count = (int64_t)detector->hog.svmDetector.size();
  return detector->hog.svmDetector.data();
}

int32_t copencv_people_detector(copencv_detector **detector, copencv_error *error) {
  return copencv_guarded(error, [&] {
    auto people = std::make_unique<copencv_detector>();
    people->hog.setSVMDetector(cv::HOGDescriptor::getDefaultPeopleDetector());
    *detector = people.release();
    return (int32_t)copencv_success;
  });
}

int32_t copencv_read_detector(
    const char *bytes, int64_t count, copencv_detector **detector, copencv_error *error) {
  return copencv_guarded(error, [&] {
    auto read = std::make_unique<copencv_detector>();
    const cv::FileStorage file(
        std::string(bytes, (size_t)count), cv::FileStorage::READ | cv::FileStorage::MEMORY);
    cv::FileNode node = file.getFirstTopLevelNode();
    if (!node.isMap() || node["winSize"].empty() || !read->hog.read(node) || read->hog.svmDetector.empty())
      return (int32_t)copencv_no_detector;
    *detector = read.release();
    return (int32_t)copencv_success;
  });
}

int32_t copencv_write_detector(
    const copencv_hog *hog, const float *weights, int64_t count, const copencv_search *search,
    int32_t as_xml, void *context, void (*take)(void *context, const char *text, int64_t count),
    copencv_error *error) {
  return copencv_guarded(error, [&] {
    cv::HOGDescriptor descriptor(
        size(hog->window), size(hog->block), size(hog->stride), size(hog->cell), hog->bins, 1,
        hog->window_sigma, cv::HOGDescriptor::L2Hys, hog->clip, hog->gamma_correction != 0,
        cv::HOGDescriptor::DEFAULT_NLEVELS, hog->signed_gradients != 0);
    descriptor.setSVMDetector(std::vector<float>(weights, weights + count));
    cv::FileStorage file(
        as_xml ? ".xml" : ".yml", cv::FileStorage::WRITE | cv::FileStorage::MEMORY);
    // HOGDescriptor::load reads the first node.
    descriptor.write(file, "detector");
    file << "hitThreshold" << search->hit_threshold << "windowStep" << search->window_step
         << "pyramidScale" << search->pyramid_scale << "padding" << search->padding;
    const std::string text = file.releaseAndGetString();
    take(context, text.data(), (int64_t)text.size());
    return (int32_t)copencv_success;
  });
}
