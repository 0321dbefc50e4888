import Foundation
import FoundationXML
package import SystemPackage

/// An HTML page, which must be well-formed XML.
package struct Page {
  private let document: XMLDocument

  package init(_ path: FilePath) throws {
    document = try XMLDocument(contentsOf: URL(filePath: path.string))
  }

  /// The texts of the elements or attributes that match an XPath.
  package func texts(_ path: String) throws -> [String] {
    try document.nodes(forXPath: path).map { $0.stringValue ?? "" }
  }
}
