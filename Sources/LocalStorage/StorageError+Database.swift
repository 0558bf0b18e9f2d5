internal import Database
internal import Storage

extension DatabaseError {
  /// Carries a failure to look at files out of a transaction of the index.
  init(_ error: StorageError) {
    self.init(extendedCode: 10, message: "looking at an object: \(error)")
  }
}

extension StorageError {
  /// What a failed operation on an index means to whoever uses the storage.
  init(_ error: DatabaseError) {
    self = error.isFull ? .full : .index("\(error)")
  }
}
