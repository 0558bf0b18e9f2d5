extension S3Operation {
  /// The names of all operations, each once, and at the end one for requests that are none.
  static let names: [String] = {
    var names: [String] = []
    for entry in S3OperationTable.entries where !names.contains(entry.name) { names.append(entry.name) }
    return names + ["none"]
  }()

  private static let places: [S3Operation: Int] = Dictionary(
    S3OperationTable.entries.compactMap { entry in names.firstIndex(of: entry.name).map { (entry.operation, $0) } }
  ) { first, _ in first }

  /// The index of an operation among the names.
  static func index(_ operation: S3Operation?) -> Int {
    operation.flatMap { places[$0] } ?? names.count - 1
  }
}
