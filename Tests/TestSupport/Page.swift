import Foundation
import FoundationXML
public import SystemPackage

/// An HTML page, which must be well-formed XML.
public struct Page {
  private let document: XMLDocument

  public init(_ path: FilePath) throws {
    document = try XMLDocument(contentsOf: URL(filePath: path.string))
  }

  /// The texts of the elements or attributes that an XPath finds.
  public func texts(_ path: String) throws -> [String] {
    try document.nodes(forXPath: path).map { $0.stringValue ?? "" }
  }
}
