/// The answer to DeleteObjects: what became of each object.
public struct DeleteResult: Sendable {
  /// What became of one object.
  public enum Outcome: Sendable, Equatable {
    /// It is gone, or was never there.
    case deleted
    /// It is still there.
    case failed(S3Error)
  }

  private var outcomes: [(object: DeleteRequest.Object, outcome: Outcome)] = []

  /// No object yet.
  public init() {}

  /// Adds what became of an object.
  public mutating func append(_ object: DeleteRequest.Object, _ outcome: Outcome) {
    outcomes.append((object, outcome))
  }

  /// The document.
  ///
  /// - Parameter isQuiet: whether only errors are to be named.
  public func document(isQuiet: Bool) -> [UInt8] {
    XMLWriter.document("DeleteResult") { xml in
      for (object, outcome) in outcomes {
        switch outcome {
        case .deleted where isQuiet: break
        case .deleted:
          xml.element("Deleted") { xml in xml.object(object) }
        case .failed(let error):
          xml.element("Error") { xml in
            xml.object(object)
            xml.element("Code", error.code)
            xml.element("Message", error.message)
          }
        }
      }
    }
  }
}

extension XMLWriter {
  fileprivate mutating func object(_ object: DeleteRequest.Object) {
    element("Key", object.key.text)
    element(optional: "VersionId", object.versionID)
  }
}
