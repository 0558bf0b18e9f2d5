import ImageStructure
import Testing

/// Bytes with a name, for tables.
struct Sample: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]

  init(_ name: String, _ bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  var testDescription: String { name }
}

/// A file and the error that it must meet with, for tables.
struct Refusal: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  let error: ImageStructureError

  init(_ name: String, _ bytes: [UInt8], _ error: ImageStructureError) {
    self.name = name
    self.bytes = bytes
    self.error = error
  }

  init(_ name: String, _ bytes: [UInt8], _ reason: Corruption, at offset: UInt64) {
    self.init(name, bytes, .corrupt(reason, at: offset))
  }

  var testDescription: String { name }
}
