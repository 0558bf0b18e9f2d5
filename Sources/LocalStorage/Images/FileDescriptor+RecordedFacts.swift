internal import Posix

extension FileDescriptor {
  /// The facts that the file carries; nil if it has none that can be read.
  func recordedFacts() throws(Errno) -> RecordedFacts? {
    guard
      let encoded = try attribute(RecordedFacts.factsAttribute),
      let originalName = try attribute(RecordedFacts.nameAttribute)
    else { return nil }
    return RecordedFacts(encoded, originalName: String(decoding: originalName, as: UTF8.self))
  }

  /// Whether the file carries facts that this version of the program cannot read.
  func hasFactsOfAnotherVersion() throws(Errno) -> Bool {
    guard try recordedFacts() == nil else { return false }
    return try attribute(RecordedFacts.factsAttribute) != nil
  }

  /// Makes the file carry the facts.
  func record(_ facts: RecordedFacts) throws(StoreError) {
    guard facts.originalName.utf8.count <= RecordedFacts.nameLimit, !facts.mediaType.utf8.contains(UInt8(ascii: "\n"))
    else {
      throw .io(.invalidArgument, context: "facts that cannot be recorded")
    }
    do throws(Errno) {
      try setAttribute(RecordedFacts.nameAttribute, to: Array(facts.originalName.utf8))
      // Last: it is what tells that all of them are there.
      try setAttribute(RecordedFacts.factsAttribute, to: facts.encoded)
    } catch .notSupported {
      throw .attributesUnsupported
    } catch {
      throw StoreError(error, "recording facts")
    }
  }
}
