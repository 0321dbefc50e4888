package import Detection

/// A model as text, for programs without HDF5: contrib/c/misfire.h reads it. docs/format.md describes it.
package struct ModelText: CustomStringConvertible {
  package let description: String

  /// - Parameter threshold: the margin above which a window is a detection.
  package init(_ svm: LinearSVM, threshold: Double) {
    let settings = svm.hog.attributes.map { "\($0.name) \($0.value.words)\n" }.joined()
    let weights = svm.weights.map { "\($0)\n" }.joined()
    description = """
      misfire-model 1
      \(settings)bias \(svm.bias)
      A \(svm.sigmoid.a)
      B \(svm.sigmoid.b)
      threshold \(threshold)
      weights \(svm.weights.count)
      \(weights)
      """
  }
}

extension HOGDescriptor.AttributeValue {
  /// Words with spaces between them.
  fileprivate var words: String {
    switch self {
    case .number(let number): "\(number)"
    case .numbers(let numbers): numbers.map(String.init).joined(separator: " ")
    case .real(let number): "\(number)"
    case .text(let text): text
    }
  }
}
