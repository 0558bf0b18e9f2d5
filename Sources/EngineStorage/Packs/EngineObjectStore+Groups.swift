internal import Storage

extension EngineObjectStore {
  /// Puts a small object, with others that come at the same time.
  nonisolated(nonsending) func put(_ object: SmallObject) async throws(StorageError) {
    // Whoever cannot be read keeps nobody else from being put.
    let member = try await object.member()
    try await groups.commit(member) { (members) async throws(StorageError) in
      try await self.publisher.put(members, alone: members.count == 1)
    } name: { (members, content) async throws(StorageError) in
      try await self.name(members, content)
    }
  }

  /// Gives objects of a pack their names.
  nonisolated(nonsending) func name(
    _ members: [PackContent.Member], _ content: PublishedContent
  ) async throws(StorageError) -> [Result<Void, StorageError>] {
    let objects = zip(members, content.slices).map { member, slice in
      NewObject(bucket: member.bucket, key: member.key, member.metadata, if: .none, [slice])
    }
    return try await publisher.name(objects, content)
  }
}
