/// A body of the type `multipart/form-data` (RFC 7578).
struct TestForm {
  static let boundary = "----boundary-of-the-tests"

  private var content: [UInt8] = []

  /// What goes with it.
  static let fields = ["content-type": "multipart/form-data; boundary=\(boundary)"]

  /// A field that is text.
  func with(_ name: String, _ value: String) -> TestForm { part("form-data; name=\"\(name)\"", Array(value.utf8)) }

  /// A field that is a file.
  func with(file fileName: String, _ content: [UInt8], as name: String = "file") -> TestForm {
    part("form-data; name=\"\(name)\"; filename=\"\(fileName)\"", content)
  }

  private func part(_ disposition: String, _ bytes: [UInt8]) -> TestForm {
    var form = self
    form.content += Array("--\(Self.boundary)\r\nContent-Disposition: \(disposition)\r\n\r\n".utf8) + bytes
    form.content += Array("\r\n".utf8)
    return form
  }

  /// The whole body.
  var bytes: [UInt8] { content + Array("--\(Self.boundary)--\r\n".utf8) }
}
