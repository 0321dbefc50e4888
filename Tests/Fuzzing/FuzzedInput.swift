/// Untrusted input: each kind has a function that takes any bytes and must return, however wrong they are.
package enum FuzzedInput: String, CaseIterable, Sendable {
  case settings, voc, coco, yolo, caltech, model, features, header, reply, experiment,
    metrics

  /// Reads `bytes` as the product does.
  package func read(_ bytes: [UInt8]) {
    switch self {
    case .settings: readSettings(bytes)
    case .voc: readAnnotation(bytes, named: "image_1.xml")
    case .coco: readCOCO(bytes)
    case .yolo: readAnnotation(bytes, named: "image_1.txt")
    case .caltech: readAnnotation(bytes, named: "annotation_1.mat")
    case .model: readModel(bytes)
    case .features: readFeatures(bytes)
    case .header: readHeader(bytes)
    case .reply: readReply(bytes)
    case .experiment: readExperiment(bytes)
    case .metrics: readMetrics(bytes)
    }
  }
}
