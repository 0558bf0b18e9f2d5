/// A `Content-Disposition`: of a response (RFC 6266), or of a part of a form (RFC 7578 §4.2).
public struct ContentDisposition: Sendable, Equatable {
  /// `attachment`, `inline` or `form-data`, in lower case.
  public let kind: String
  /// The name of the form's field.
  public let name: String?
  /// The file name, without folders. Empty where a form was sent without a file being chosen.
  public let filename: String?

  /// To be saved under `filename`.
  public static func attachment(filename: String) -> ContentDisposition {
    ContentDisposition(kind: "attachment", name: nil, filename: filename)
  }

  /// To be shown in place, and saved, if at all, under `filename`.
  public static func inline(filename: String) -> ContentDisposition {
    ContentDisposition(kind: "inline", name: nil, filename: filename)
  }

  init(kind: String, name: String?, filename: String?) {
    self.kind = kind
    self.name = name
    self.filename = filename
  }
}
