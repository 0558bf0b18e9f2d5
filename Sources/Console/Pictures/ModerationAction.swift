internal import Journal
internal import Pictures
internal import Storage
internal import WebService

/// What a moderator does with chosen pictures, all at once.
enum ModerationAction: String, CaseIterable, Sendable {
  /// Lists those that wait for it.
  case approve
  /// Moves them to the trash.
  case delete
  /// Moves them and all copies of them to the trash, and takes none of them again.
  case block
  /// Brings them back from the trash.
  case restore
  /// Removes them from the trash for good.
  case discard
  /// Forgets what was reported of them.
  case dismiss

  /// Does it.
  nonisolated(nonsending) func perform(
    on names: [StoredName], _ pictures: Pictures
  ) async throws(StorageError) -> ModerationResult {
    switch self {
    case .approve: ModerationResult(self, pictures: try await pictures.approve(names))
    case .delete: ModerationResult(self, pictures: try await pictures.trash(names))
    case .block: ModerationResult(self, pictures: try await pictures.block(names))
    case .restore: ModerationResult(self, pictures: try await pictures.restore(names))
    case .discard: ModerationResult(self, names: try await pictures.discardTrashed(names))
    case .dismiss: ModerationResult(self, names: try await pictures.dismissReports(of: names))
    }
  }
}

/// The pictures that an action has changed.
struct ModerationResult: Sendable {
  let action: ModerationAction
  let names: [StoredName]
  /// What the first of them was called.
  private let firstName: String

  init(_ action: ModerationAction, pictures: [PictureMetadata]) {
    self.action = action
    names = pictures.map(\.name)
    firstName = pictures.first?.originalName ?? ""
  }

  init(_ action: ModerationAction, names: [StoredName]) {
    self.action = action
    self.names = names
    firstName = ""
  }

  /// What app.log tells of it; nil where nothing was changed.
  /// - Parameter asked: how many names were asked for.
  func event(asked: Int) -> ActivityEvent? {
    guard !names.isEmpty else { return nil }
    return switch action {
    case .approve: .picturesApproved(count: names.count)
    case .delete where names.count == 1: .pictureDeleted(name: firstName)
    case .delete: .picturesTrashed(count: names.count)
    case .block where asked == 1: .pictureBlocked(name: firstName, copies: names.count)
    case .block: .picturesBlocked(count: names.count)
    case .restore: .picturesRestored(count: names.count)
    case .discard: .picturesDiscarded(count: names.count)
    case .dismiss: .reportsDismissed(count: names.count)
    }
  }
}

/// What became of each picture that was chosen.
struct ModerationAnswer: Sendable {
  /// What became of one.
  enum Outcome: String, CaseIterable {
    /// It was changed.
    case done
    /// It is not where the action looks for it: it is gone, does not wait for approval, or may not come back.
    case notFound = "not-found"
  }

  /// The names as they were given, each once.
  let asked: [String]
  let changed: [StoredName]

  private static let result = JSONShape<(name: String, outcome: Outcome)>(
    "ModerationResult",
    [
      JSONMember("name", .text, "The name as it was given.") { $0.name },
      JSONMember("outcome", .text(.choice(Outcome.allCases.map(\.rawValue))), "What became of it.") {
        $0.outcome.rawValue
      },
    ])
  static let shape = JSONShape<ModerationAnswer>(
    "ModerationAnswer",
    [
      JSONMember("results", .list(of: result.type), "Each picture that was chosen, once.") { $0.results },
      JSONMember("copies", .list(of: .text), "Others with the same bytes that were blocked with them.") { $0.copies },
    ])

  private var results: [(name: String, outcome: Outcome)] {
    let changed = Set(changed.map(\.text))
    return asked.map { ($0, changed.contains($0) ? .done : .notFound) }
  }

  private var copies: [String] {
    let asked = Set(asked)
    return changed.map(\.text).filter { !asked.contains($0) }
  }
}
