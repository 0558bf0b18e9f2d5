public import Posix
public import Storage

/// Where pictures are kept. Its users never open a path themselves, so that another kind of store can take its place.
///
/// Every call may wait for a disk; make it from a thread that may.
public protocol PictureStore: Sendable {
  /// Begins a file that nobody can see.
  func stage() throws(StoreError) -> StagedFile

  /// Gives the file its name, with its facts; when this returns, it survives a power cut and is in the list.
  /// Throws `exists` if the name is taken. After any error nothing of the file is left.
  func publish(_ file: consuming StagedFile, _ facts: PictureMetadata) throws(StoreError)

  /// What is known of a picture; nil if there is none of that name.
  func facts(of name: StoredName) throws(StoreError) -> PictureMetadata?

  /// Opens a picture to read it. Throws `notFound`.
  func open(_ name: StoredName) throws(StoreError) -> FileDescriptor

  /// Removes a picture for good, and its thumbnails. Throws `notFound`.
  func remove(_ name: StoredName) throws(StoreError)

  /// A page of the list, newest first.
  func list(_ query: PictureQuery) throws(StoreError) -> PictureListing

  /// Pictures in the order of their names' bytes, from a place on; those whose time was over at `now` are left out.
  func pictures(
    named start: ListingStart, limit: Int, includesUnlisted: Bool, now: Timestamp
  ) throws(StoreError) -> [PictureMetadata]

  /// Pictures as objects; without those that are gone by now.
  func objects(of pictures: [PictureMetadata]) throws(StoreError) -> [PictureObject]

  /// Keeps a thumbnail of a picture where the web server finds it, unless the picture is gone by now.
  func keepThumbnail(_ bytes: [UInt8], of name: StoredName, _ density: ThumbnailDensity) throws(StoreError)

  /// How many pictures there are.
  func totals() throws(StoreError) -> PictureTotals

  /// Pictures whose time is over, those first that have been so for longest.
  func expired(at now: Timestamp, limit: Int) throws(StoreError) -> [StoredName]
}
