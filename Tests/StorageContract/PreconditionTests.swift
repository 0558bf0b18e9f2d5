import Posix
import Storage
import Testing

/// A precondition, and what is to come of it where the object `right` with these bytes is there and where none is.
private struct Case: Sendable {
  static let content = bytes("right")
  static let wrong = "00000000000000000000000000000000"
  static let second: Int64 = 1_700_000_000

  var precondition: Precondition
  var whenThere: Precondition.Outcome
  var whenMissing: Precondition.Outcome

  /// All combinations.
  static let all: [Case] = {
    let right = tag(of: content)
    let matches: [(Precondition.Tags?, Bool)] = [
      (nil, true), (.any, true), (.oneOf([right]), true), (.oneOf([wrong]), false), (.oneOf([wrong, right]), true),
      (.oneOf([]), false),
    ]
    let differs: [(Precondition.Tags?, Bool)] = [
      (nil, true), (.any, false), (.oneOf([right]), false), (.oneOf([wrong]), true), (.oneOf([]), true),
    ]
    let sizes: [(UInt64?, Bool)] = [(nil, true), (5, true), (6, false)]
    let seconds: [(Int64?, Bool)] = [(nil, true), (second, true), (second + 1, false)]
    var all: [Case] = []
    for match in matches {
      for differ in differs {
        for size in sizes {
          for moment in seconds where size.0 == nil || moment.0 == nil || (size.1 && moment.1) {
            for holdsWithout in [false, true] {
              let asksForOne = match.0 != nil || size.0 != nil || moment.0 != nil
              all.append(
                Case(
                  precondition: Precondition(
                    matches: match.0, differs: differ.0, size: size.0, modifiedSecond: moment.0,
                    holdsWithoutObject: holdsWithout),
                  whenThere: match.1 && differ.1 && size.1 && moment.1 ? .holds : .fails,
                  whenMissing: asksForOne && !holdsWithout ? .missing : .holds))
            }
          }
        }
      }
    }
    return all
  }()
}

struct PreconditionTests {
  @Test(arguments: Implementation.allCases)
  func aPutIsDoneOnlyWhereItsPreconditionHolds(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    for item in Case.all {
      try await objects.store.put(bytes("there"), Case.content)
      let there = await outcome { try await objects.other.put("there", "new", if: item.precondition) }
      #expect(there == item.whenThere, "\(item.precondition)")
      #expect(try await objects.store.get("there") == (there == .holds ? "new" : "right"))
      let missing = await outcome { try await objects.other.put("missing", "new", if: item.precondition) }
      #expect(missing == item.whenMissing, "\(item.precondition)")
      #expect(try await objects.store.remove("missing") == (missing == .holds))
    }
    #expect(try await objects.store.keys() == ["there"])
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aRemovalIsDoneOnlyWhereItsPreconditionHolds(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("there"), Case.content)
    for item in Case.all {
      let there = await outcome { try await objects.other.remove("there", if: item.precondition) }
      #expect(there == item.whenThere, "\(item.precondition)")
      #expect(try await objects.store.keys() == (there == .holds ? [] : ["there"]))
      if there == .holds { try await objects.store.put(bytes("there"), Case.content) }
      let missing = await outcome { try await objects.other.remove("missing", if: item.precondition) }
      #expect(missing == item.whenMissing, "\(item.precondition)")
    }
  }

  @Test(arguments: Implementation.allCases)
  func aCompletionIsDoneOnlyWhereItsPreconditionHolds(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put(bytes("there"), Case.content)
    var thereUpload = try await objects.store.begin("there", ["new"])
    var missingUpload = try await objects.store.begin("missing", ["new"])
    // Every third: each one that fails leaves its upload as it was.
    for item in Case.all.enumerated().filter({ $0.offset.isMultiple(of: 3) }).map(\.element) {
      let there = await outcome { [upload = thereUpload] in
        try await objects.other.complete(upload, bytes("new"), if: item.precondition)
      }
      #expect(there == item.whenThere, "\(item.precondition)")
      #expect(try await objects.store.get("there") == (there == .holds ? "new" : "right"))
      if there == .holds {
        thereUpload = try await objects.store.begin("there", ["new"])
        try await objects.store.put(bytes("there"), Case.content)
      }
      let missing = await outcome { [upload = missingUpload] in
        try await objects.other.complete(upload, bytes("new"), if: item.precondition)
      }
      #expect(missing == item.whenMissing, "\(item.precondition)")
      #expect(try await objects.store.remove("missing") == (missing == .holds))
      if missing == .holds { missingUpload = try await objects.store.begin("missing", ["new"]) }
    }
  }

  private func outcome(_ body: @Sendable () async throws -> some Sendable) async -> Precondition.Outcome? {
    do {
      _ = try await body()
      return .holds
    } catch StorageError.noSuchKey {
      return .missing
    } catch StorageError.preconditionFailed {
      return .fails
    } catch {
      Issue.record(error)
      return nil
    }
  }
}
