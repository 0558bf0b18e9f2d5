internal import Posix

extension ImageStore {
  /// Pictures as objects; without those that are gone by now.
  ///
  /// An object's tag is the MD5 of its bytes. Nothing of the image host needs that, and it takes longer than all other
  /// digests of an upload together: it is computed when the object store shows a picture first. The file and the index
  /// know it then.
  public func objects(of pictures: [ImageFacts]) throws(StoreError) -> [PictureObject] {
    var objects: [PictureObject] = []
    var found: [ImageIndex.Finding] = []
    for picture in pictures {
      var picture = picture
      if picture.content.md5 == nil, let entry = try entryWithMD5(picture.name) {
        found.append(.image(entry))
        picture = entry.facts
      }
      guard let md5 = picture.content.md5 else { continue }
      objects.append(PictureObject(name: picture.name, facts: ObjectFacts(ofPicture: picture, md5: md5)))
    }
    if !found.isEmpty { try index.add(found, whileThere: isThere) }
    return objects
  }

  /// Nil if there is no such picture any more.
  private func entryWithMD5(_ name: StoredName) throws(StoreError) -> ImageIndex.Entry? {
    // What the file carries counts: another process may have been faster than the index tells.
    guard case .image(var entry) = try examine(name) else { return nil }
    guard entry.facts.content.md5 == nil else { return entry }
    let file: FileDescriptor
    do { file = try folder.open(name) } catch .notFound { return nil }
    do throws(Errno) {
      entry.facts.content.md5 = try file.md5()
      let status = try file.status()
      // It was overwritten, or another has its name: the next look sees what it is now.
      guard FileStamp(status) == entry.stamp else { return nil }
      remember(RecordedFacts(entry.facts, modified: status.modified), in: file)
    } catch {
      throw StoreError(error, "reading \(name)")
    }
    return entry
  }
}
