internal import DurableFiles
internal import Posix
internal import Storage

extension ImageStore {
  /// Pictures as objects, in the order of their names' bytes, from a place on. Fewer than `limit` are the last ones.
  func objects(
    from start: ListingStart, limit: Int, includesUnlisted: Bool, now: Timestamp
  ) throws(StorageError) -> [PictureObject] {
    var objects: [PictureObject] = []
    var start = start
    // Some may be gone by the time that they are looked at.
    while objects.count < limit {
      let wanted = limit - objects.count
      let page = try pictures(named: start, limit: wanted, includesUnlisted: includesUnlisted, now: now)
      objects += try self.objects(of: page)
      guard let last = page.last, page.count == wanted else { break }
      start = .after(Array(last.name.text.utf8))
    }
    return objects
  }

  /// A picture that was opened, with the status that its file had before its metadata was read.
  struct OpenedPicture: Sendable {
    var file: SharedDescriptor
    var metadata: ObjectMetadata
    var status: FileStatus
  }

  /// Opens a picture as an object, with what a put said that brought it.
  /// - Throws: `notFound`, also where its time was over at `now`.
  func openObject(_ name: StoredName, now: Timestamp) throws(StorageError) -> OpenedPicture {
    guard let picture = try metadata(of: name), picture.expiresAt.map({ $0 > now }) ?? true,
      let object = try objects(of: [picture]).first
    else { throw .noSuchKey }
    let file = try open(name)
    let status: FileStatus
    do throws(Errno) { status = try file.status() } catch { throw StorageError(error, "looking at a picture") }
    // Another file has the name by now.
    guard status.size == object.metadata.size else { throw .noSuchKey }
    let metadata = try object.metadata.completed(from: file)
    return OpenedPicture(file: SharedDescriptor(file), metadata: metadata, status: status)
  }

  /// Pictures as objects; without those that are gone by now.
  ///
  /// An object's tag is the MD5 of its bytes. Nothing of the image host needs that, and it takes longer than all other
  /// digests of an upload together: it is computed when it is wanted first, and the index knows it then. The file is left
  /// as it is, since downloads under way would take a change of its attributes for a change of the picture.
  func objects(of pictures: [PictureMetadata]) throws(StorageError) -> [PictureObject] {
    var objects: [PictureObject] = []
    var found: [ImageIndex.Finding] = []
    for picture in pictures {
      var picture = picture
      if picture.content.md5 == nil, let entry = try entryWithMD5(picture.name) {
        found.append(.image(entry))
        picture = entry.metadata
      }
      guard let md5 = picture.content.md5 else { continue }
      objects.append(PictureObject(name: picture.name, metadata: ObjectMetadata(ofPicture: picture, md5: md5)))
    }
    if !found.isEmpty { try remember(found) }
    return objects
  }

  /// Computes the MD5 of pictures that have none yet, so that nobody has to wait for it.
  /// - Parameter limit: how many.
  /// - Returns: whether there may be more.
  func completeMD5(limit: Int) throws(StorageError) -> Bool {
    let pictures = try index.withoutMD5(limit: limit)
    return try !objects(of: pictures).isEmpty
  }

  /// Nil if there is no such picture any more, or it is being written to.
  private func entryWithMD5(_ name: StoredName) throws(StorageError) -> ImageIndex.Entry? {
    guard let finding = try current(name), case .image(var entry) = finding else { return nil }
    guard entry.metadata.content.md5 == nil else { return entry }
    let file: FileDescriptor
    do { file = try folder.open(name) } catch .noSuchKey { return nil }
    do throws(Errno) {
      entry.metadata.content.md5 = try file.md5()
      // It was overwritten, or another has its name: the next look sees what it is now.
      guard RecordedVersion(try file.status()) == entry.recordedVersion else { return nil }
    } catch {
      throw StorageError(error, "reading \(name)")
    }
    return entry
  }
}
