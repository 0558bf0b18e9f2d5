internal import LocalStorage
internal import Posix
internal import Storage

/// A bucket that is another door's folder: what it keeps, and by which rules.
///
/// Every call may wait for a disk; make it from a thread that may.
protocol SpecialBucket: Sendable {
  /// What is set for it. Nobody can set anything else.
  func configuration() throws(BucketError) -> BucketConfiguration

  /// The most bytes of an object; nil where only the API sets a limit.
  var objectLimit: UInt64? { get }

  /// A way to list objects in the order of their keys' bytes, for one request.
  /// - Parameter seesAll: whether what is kept from the public is in it, too.
  func lister(seesAll: Bool) -> any ObjectLister

  /// Opens an object. Throws `noSuchKey`.
  func open(_ key: [UInt8]) throws(BucketError) -> OpenObject

  /// Begins a file on the bucket's mount that nobody can see.
  func stage() throws(BucketError) -> StagedFile

  /// Gives a staged file its key, if it is one that the bucket takes. When this returns, it survives a power cut and is
  /// listed.
  func put(
    _ file: consuming StagedFile, as key: [UInt8], _ facts: ObjectMetadata, condition: BucketStore.Condition
  ) throws(BucketError)

  /// Removes an object.
  /// - Returns: whether there was one.
  func remove(_ key: [UInt8], condition: BucketStore.Condition) throws(BucketError) -> Bool

  /// The objects whose keys begin with a prefix, which ends in a slash or is empty, by what follows it.
  func members(under prefix: [UInt8], seesAll: Bool) throws(FolderError) -> [FolderMember]
}

/// Lists objects in the order of their keys' bytes.
protocol ObjectLister: Sendable {
  /// Objects from a place on.
  func list(from start: ListingStart, limit: Int) throws(BucketError) -> [ListedObject]
}
