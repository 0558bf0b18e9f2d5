internal import Posix
public import Storage

extension ImageStore {
  /// Pictures as objects; without those that are gone by now.
  ///
  /// An object's tag is the MD5 of its bytes. Nothing of the image host needs that, and it takes longer than all other
  /// digests of an upload together: it is computed when it is wanted first, and the index knows it then. The file is left
  /// as it is, since downloads under way would take a change of its attributes for a change of the picture.
  public func objects(of pictures: [PictureMetadata]) throws(StoreError) -> [PictureObject] {
    var objects: [PictureObject] = []
    var found: [ImageIndex.Finding] = []
    for picture in pictures {
      var picture = picture
      if picture.content.md5 == nil, let entry = try entryWithMD5(picture.name) {
        found.append(.image(entry))
        picture = entry.facts
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
  public func completeMD5(limit: Int) throws(StoreError) -> Bool {
    let pictures = try index.withoutMD5(limit: limit)
    return try !objects(of: pictures).isEmpty
  }

  /// Nil if there is no such picture any more, or it is being written to.
  private func entryWithMD5(_ name: StoredName) throws(StoreError) -> ImageIndex.Entry? {
    guard let finding = try current(name), case .image(var entry) = finding else { return nil }
    guard entry.facts.content.md5 == nil else { return entry }
    let file: FileDescriptor
    do { file = try folder.open(name) } catch .notFound { return nil }
    do throws(Errno) {
      entry.facts.content.md5 = try file.md5()
      // It was overwritten, or another has its name: the next look sees what it is now.
      guard FileStamp(try file.status()) == entry.stamp else { return nil }
    } catch {
      throw StoreError(error, "reading \(name)")
    }
    return entry
  }
}
