internal import Synchronization

/// Documents that were read last, so that one is not read anew for each request that it is asked about.
final class ParsedDocumentCache<Subject: Hashable & Sendable, Document: Sendable>: Sendable {
  fileprivate struct Entry {
    /// Bytes, since texts are equal that are not written in the same bytes, and keys are bytes.
    var text: [UInt8]
    var document: Document
  }

  fileprivate struct State {
    var entries: [Subject: Entry] = [:]
    /// Bytes of all texts.
    var size = 0
  }

  /// The most bytes of the texts that are remembered.
  static var limit: Int { 1 << 20 }

  private let state = Mutex(State())

  /// Bytes of the texts that are remembered.
  var size: Int { state.withLock { $0.size } }

  /// The document of a subject whose text is this one now.
  /// - Parameter read: reads it, where it was not read before.
  func document(of subject: Subject, _ text: String, _ read: (String) -> Document) -> Document {
    let bytes = Array(text.utf8)
    let known = state.withLock { $0.entries[subject] }
    if let known, known.text == bytes { return known.document }
    let document = read(text)
    state.withLock { $0.remember(Entry(text: bytes, document: document), of: subject) }
    return document
  }
}

extension ParsedDocumentCache.State {
  /// Where there would be too many, all are forgotten: those that are in use come back.
  fileprivate mutating func remember(_ entry: ParsedDocumentCache.Entry, of subject: Subject) {
    if size + entry.text.count > ParsedDocumentCache.limit { self = Self() }
    guard entry.text.count <= ParsedDocumentCache.limit else { return }
    let replaced = entries.updateValue(entry, forKey: subject)
    size += entry.text.count - (replaced?.text.count ?? 0)
  }
}
