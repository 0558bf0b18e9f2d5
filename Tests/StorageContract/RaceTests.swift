import HTTPSemantics
import Posix
import Storage
import Synchronization
import Testing

struct RaceTests {
  @Test(arguments: Implementation.allCases)
  func exclusivePutsHaveOneWinner(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    for key in ["k", "a/b/c"] {
      let results = await race(16) { number in
        try await objects.either(number).put(key, "by \(number)", if: .absent)
      }
      let winners = results.indices.filter { results[$0].isSuccess }
      #expect(winners.count == 1)
      let losses = results.compactMap(\.failure)
      #expect(losses.allSatisfy { $0 == .preconditionFailed || $0 == .conflict })
      #expect(try await objects.store.get(key) == "by \(winners[0])")
    }
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func putsThatReplaceOneVersionHaveOneWinner(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "before")
    let isBefore = Precondition(matches: .oneOf([tag(of: bytes("before"))]))
    let results = await race(16) { number in
      try await objects.either(number).put("k", "by \(number)", if: isBefore)
    }
    let winners = results.indices.filter { results[$0].isSuccess }
    #expect(winners.count == 1)
    #expect(try await objects.store.get("k") == "by \(winners[0])")
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func exclusiveCompletionsOfSeveralUploadsHaveOneWinner(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    var uploads: [MultipartUpload] = []
    for number in 0..<16 { uploads.append(try await objects.store.begin("a/k", ["by \(number)"])) }
    let results = await race(16) { [uploads] number in
      try await objects.either(number).complete(uploads[number], bytes("by \(number)"), if: .absent)
    }
    let winners = results.indices.filter { results[$0].isSuccess }
    #expect(winners.count == 1)
    #expect(results.compactMap(\.failure).allSatisfy { $0 == .preconditionFailed || $0 == .conflict })
    #expect(try await objects.store.get("a/k") == "by \(winners[0])")
    // The others can be tried again, or given up.
    #expect(try await objects.store.uploads(in: bucket).count == 15)
  }

  @Test(arguments: Implementation.allCases)
  func exclusiveCompletionsOfOneUploadHaveOneWinner(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let upload = try await objects.store.begin("k", ["a", "b"])
    let parts = try await objects.store.parts(of: upload, in: bucket)
    let results = await race(16) { number in
      try await objects.either(number).complete(upload, parts, in: bucket, metadata(of: bytes("ab")), if: .absent)
    }
    #expect(results.count { $0.isSuccess } == 1)
    let losses = results.compactMap(\.failure)
    #expect(
      losses.allSatisfy {
        [.preconditionFailed, .conflict, .noSuchUpload(upload.identifier)].contains($0)
      }, "\(losses)")
    #expect(try await objects.store.get("k") == "ab")
    #expect(try await objects.store.uploads(in: bucket).isEmpty)
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func completionsAndAbortsOfOneUploadLeaveAWholeObjectOrNone(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    for round in 0..<10 {
      let key = "k\(round)"
      let upload = try await objects.store.begin(key, ["first,", "second"])
      let parts = try await objects.store.parts(of: upload, in: bucket)
      let results = await race(4) { number in
        if number < 2 {
          try await objects.either(number).complete(
            upload, parts, in: bucket, metadata(of: bytes("first,second")), if: .none)
        } else {
          try await objects.either(number).abort(upload, in: bucket)
        }
      }
      #expect(results.contains { $0.isSuccess })
      let losses = results.compactMap(\.failure)
      #expect(losses.allSatisfy { $0 == .noSuchUpload(upload.identifier) }, "\(losses)")
      if results[0].isSuccess || results[1].isSuccess {
        #expect(try await objects.store.get(key) == "first,second")
      } else {
        await #expect(throws: StorageError.noSuchKey) { try await objects.store.head(key) }
      }
      #expect(try await objects.store.uploads(in: bucket).isEmpty)
    }
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func putsAndRemovalsOfOneKeyLeaveListAndObjectInAgreement(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    for _ in 0..<5 {
      let results = await race(8) { number in
        for round in 0..<10 {
          if number.isMultiple(of: 2) {
            try await objects.either(number / 2).put("a/k", "by \(number), \(round)")
          } else {
            try await objects.either(number / 2).remove("a/k")
          }
        }
      }
      for result in results { try result.get() }
      let listed = try await objects.other.list(bucket, ObjectQuery(from: .beginning, limit: 9))
      do {
        let metadata = try await objects.store.head("a/k").metadata
        #expect(try await tag(of: objects.store.get(bytes("a/k"))) == metadata.etag)
        #expect(listed == [ListedObject(key: bytes("a/k"), metadata)])
      } catch StorageError.noSuchKey {
        #expect(listed.isEmpty)
      }
    }
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func keysThatStandInEachOthersWayAreAllKept(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let keys = ["a", "a/", "a/b", "a/b/c", "a/b/", "a/b/c/d", "a//", "a//b"]
    for _ in 0..<3 {
      for result in await race(keys.count, { try await objects.either($0).put(keys[$0], "of " + keys[$0]) }) {
        try result.get()
      }
      for key in keys { #expect(try await objects.store.get(key) == "of " + key) }
      #expect(try await objects.other.keys() == keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
      for result in await race(keys.count, { try await objects.either($0).remove(keys[$0]) }) {
        #expect(try result.get())
      }
      #expect(try await objects.store.keys().isEmpty)
    }
    #expect(try await objects.residue().isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func aListNeverMissesWhatWasAcknowledged(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    let acknowledged = Mutex<Set<String>>([])
    let results = await race(6) { number -> Bool in
      if number < 4 {
        for round in 0..<15 {
          let key = "\(round)/of \(number)"
          try await objects.either(number).put(key, "x")
          acknowledged.withLock { _ = $0.insert(key) }
        }
        return true
      }
      for _ in 0..<15 {
        let before = acknowledged.withLock { $0 }
        let listed = try await objects.either(number).keys()
        guard before.isSubset(of: listed), Set(listed).count == listed.count else { return false }
        guard listed == listed.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) else { return false }
      }
      return true
    }
    for result in results { #expect(try result.get()) }
    #expect(try await Set(objects.store.keys()) == acknowledged.withLock { $0 })
  }

  @Test(arguments: Implementation.allCases)
  func changesOfMetadataAndPutsAreOneAfterTheOther(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    try await objects.store.put("k", "0") { $0.tags = [NameValuePair("of", "0")] }
    let results = await race(6) { number in
      for round in 0..<10 {
        if number < 3 {
          let content = "\(number) \(round)"
          try await objects.either(number).put("k", content) { $0.tags = [NameValuePair("of", content)] }
        } else {
          try await objects.either(number).change(
            bytes("k"), in: bucket, version: nil, .accessControlList("public-read"))
        }
      }
    }
    for result in results { try result.get() }
    // The tags of another content than the object has would show that a change had brought old metadata back.
    let content = try await objects.store.get("k")
    #expect(try await objects.other.head("k").metadata.tags == [NameValuePair("of", content)])
    #expect(try await objects.other.head("k").metadata.etag == tag(of: bytes(content)))
  }

  @Test(arguments: Implementation.allCases)
  func changesOfABucketsSettingsAreNotLost(_ implementation: Implementation) async throws {
    let objects = try await implementation.objectsWithBucket()
    for result in await race(
      16,
      { number in
        try await objects.either(number).configure(bucket, .document("kind\(number)", "\(number)"))
      })
    { try result.get() }
    #expect(try await objects.store.configuration(of: bucket).documents.count == 16)
  }

  @Test(arguments: Implementation.allCases)
  func oneMakerOfABucketWins(_ implementation: Implementation) async throws {
    let objects = try await implementation.objects()
    let results = await race(16) { number in
      try await objects.either(number).createBucket(
        bucket, BucketConfiguration(owner: "by \(number)", created: Clock.now()))
    }
    let winners = results.indices.filter { results[$0].isSuccess }
    #expect(winners.count == 1)
    #expect(results.compactMap(\.failure).allSatisfy { $0 == .bucketExists(owner: "by \(winners[0])") })
    #expect(try await objects.store.configuration(of: bucket).owner == "by \(winners[0])")
  }

  @Test(arguments: Implementation.allCases)
  func aPutIntoABucketThatIsBeingDeletedIsThereOrRefused(_ implementation: Implementation) async throws {
    for round in 0..<10 {
      let objects = try await implementation.objectsWithBucket()
      let results = await race(2) { number in
        if number == round % 2 {
          try await objects.store.put("a/k", "x")
        } else {
          try await objects.other.deleteBucket(bucket)
        }
      }
      let (put, deletion) = (results[round % 2], results[1 - round % 2])
      #expect(put.isSuccess != deletion.isSuccess)
      if put.isSuccess {
        #expect(deletion.failure == .bucketNotEmpty)
        #expect(try await objects.store.get("a/k") == "x")
      } else {
        #expect(put.failure == .noSuchBucket)
        #expect(try await objects.store.bucketNames().isEmpty)
      }
    }
  }
}
