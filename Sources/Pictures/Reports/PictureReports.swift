internal import AccountRecords
public import Storage

/// What visitors reported, in one document. A change is effective at once in every process.
public final class PictureReports: Sendable {
  /// The name of the document.
  public static let documentName = "reports.json"

  private let document: JSONDocument<ReportList>

  /// The reports of a storage.
  public init(in store: any DocumentStore) {
    document = JSONDocument(
      in: store, named: Self.documentName, empty: ReportList(), decode: { ReportList($0) }, encode: \.json)
  }

  /// All of them, the oldest first.
  nonisolated(nonsending) func all() async throws(StorageError) -> [PictureReport] {
    try await document.current().get().reports
  }

  nonisolated(nonsending) func add(_ report: PictureReport) async throws(StorageError) -> ReportOutcome {
    // What is refused costs no more than a look.
    var known = try await document.current().get()
    let outcome = known.add(report)
    guard outcome == .noted else { return outcome }
    return try await document.change { list in
      let outcome = list.add(report)
      return (outcome, outcome == .noted)
    }
  }

  /// - Returns: the pictures that there were reports of.
  nonisolated(nonsending) func remove(of pictures: Set<StoredName>) async throws(StorageError) -> [StoredName] {
    try await document.change { list in
      let removed = list.remove(of: pictures)
      return (removed, !removed.isEmpty)
    }
  }
}
