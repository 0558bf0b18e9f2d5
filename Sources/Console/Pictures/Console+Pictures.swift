internal import Digests
internal import EventLoop
internal import HTTPSemantics
internal import Journal
internal import Pictures
internal import Posix
internal import Storage
internal import WebService

extension Console {
  private nonisolated static let limit = Parameter.number(
    "limit", 1...500, "How many pictures at most; 50 unless given.")
  private nonisolated static let after = Parameter(
    "after", .text(format: "cursor"), "The `next` of an earlier answer: pictures that come after it."
  ) { PictureCursor($0) }
  private nonisolated static let order = Parameter(
    "sort", .choice(PictureOrder.allCases.map(\.rawValue)), "The order of the pictures."
  ) { PictureOrder(rawValue: $0) }
  private nonisolated static let conditions = PictureCondition.allCases.map { condition in
    let parameter = Parameter(
      condition.rawValue, schema(of: condition), "Pictures of which this is true: \(condition.expectation)."
    ) { text in
      var filter = PictureFilter()
      return filter.add(condition, text) ? text : nil
    }
    return (condition, parameter)
  }

  private nonisolated static func schema(of condition: PictureCondition) -> Schema {
    switch condition {
    case .name, .address: .text(lengths: 1...100_000)
    case .sha256: .text(pattern: "^[0-9a-fA-F]{64}$")
    case .from, .until: .text(format: "day")
    case .minimumSize, .maximumSize: .text(format: "size")
    case .visibility: .choice(PictureMetadata.Visibility.allCases.map(\.rawValue))
    }
  }

  private nonisolated static let pictureName = Parameter.text("name", in: .path, "The name that it is stored under.")
  private nonisolated static let digest = Parameter.text("sha256", in: .path, "The SHA-256 of its bytes, hexadecimal.")
  private nonisolated static let folderAfter = Parameter.text("after", "The `next` of an earlier answer.")
  private nonisolated static let blockedName = BodyMember.text(
    "name", "The name of a picture that is there.", isRequired: false)
  private nonisolated static let blockedDigest = BodyMember<[UInt8]>(
    "sha256", .text(pattern: "^[0-9a-fA-F]{64}$"), "The SHA-256 of a picture, which counts where both are given.",
    isRequired: false
  ) { value in
    value.stringValue.flatMap { Hexadecimal.decode($0.utf8, byteCount: SHA256.byteCount) }
  }

  private nonisolated static let deleted = JSONShape<[PictureMetadata]>(
    "DeletedPictures", [JSONMember("deleted", .list(of: .text), "Their names.") { $0.map(\.name.text) }])

  nonisolated static let pictureRoutes = [
    route(
      .get, "pictures", for: .operator, "listPictures", "Pictures that a search finds, unlisted ones too",
      parameters: [limit.declaration, order.declaration, after.declaration] + conditions.map(\.1.declaration),
      answers: [.json(ConsolePictures.shape.schema, "A page of the list.")]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.listPictures(exchange)
    },
    route(
      .delete, "pictures/{name}", for: .operator, "deletePicture", "Deletes a picture",
      parameters: [pictureName.declaration], answers: [.empty(.noContent, "It is deleted.")],
      refusing: [.notFound, .storageFull]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.deletePicture(exchange)
    },
    route(
      .put, "pictures/{name}/approval", for: .operator, "approvePicture", "Lists a picture that waits for approval",
      parameters: [pictureName.declaration], answers: [.empty(.noContent, "It is listed.")],
      refusing: [.notFound, .storageFull]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.approvePicture(exchange)
    },
    route(
      .get, "blocked", for: .operator, "listBlocked", "The pictures that are not taken any more",
      answers: [.json(BlockedPicture.list.schema, "The pictures.")]
    ) { (console, _, _) async throws(ConsoleProblem) in
      do throws(StorageError) {
        return WebResponse(status: .ok, json: BlockedPicture.list.json(try await console.pictures.blockedPictures()))
      } catch {
        throw ConsoleProblem(error)
      }
    },
    route(
      .post, "blocked", for: .operator, "blockPicture", "Blocks a picture, and deletes all copies of it",
      content: .json("BlockRequest", [blockedName.declaration, blockedDigest.declaration], least: 1),
      answers: [.json(deleted.schema, "The copies that were there.", status: .created)],
      refusing: [.notFound, .storageFull]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.blockPicture(exchange)
    },
    route(
      .delete, "blocked/{sha256}", for: .operator, "unblockPicture", "Takes a picture again",
      parameters: [digest.declaration], answers: [.empty(.noContent, "It is taken again.")],
      refusing: [.notFound, .storageFull]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.unblockPicture(exchange)
    },
    route(
      .get, "folders", for: .operator, "listFolders", "The photo folders with their sizes, a page at a time",
      parameters: [folderAfter.declaration], answers: [.json(FolderPage.shape.schema, "A page of the list.")]
    ) { (console, exchange, _) async throws(ConsoleProblem) in
      try await console.listFolders(exchange)
    },
  ]

  /// Pictures that a search finds, unlisted ones too, a page of them.
  private func listPictures(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let query = query(exchange)
    do throws(StorageError) {
      let (listing, totals) = (try await pictures.list(query), try await pictures.totals())
      let page = ConsolePictures(
        listing: listing, totals: totals, found: try await found(query, listing, totals))
      return WebResponse(status: .ok, json: ConsolePictures.shape.json(page))
    } catch {
      throw ConsoleProblem(error)
    }
  }

  /// How many pictures a search finds, where its first page was asked for.
  private func found(
    _ query: PictureQuery, _ listing: PictureListing, _ totals: PictureTotals
  ) async throws(StorageError) -> Int? {
    guard query.after == nil else { return nil }
    guard listing.next != nil else { return listing.images.count }
    if query.filter == PictureFilter() { return min(totals.listed + totals.unlisted, ConsolePictures.countLimit) }
    return try await pictures.count(of: query.filter, limit: ConsolePictures.countLimit, now: query.now)
  }

  /// What a page of a search is asked for by.
  private func query(_ exchange: Exchange) -> PictureQuery {
    var query = PictureQuery(limit: exchange.value(Self.limit) ?? 50, includesUnlisted: true)
    if let order = exchange.value(Self.order) { query.order = order }
    query.after = exchange.value(Self.after)
    for (condition, parameter) in Self.conditions {
      if let text = exchange.value(parameter) { _ = query.filter.add(condition, text) }
    }
    return query
  }

  private func deletePicture(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    guard let name = exchange.value(Self.pictureName).flatMap({ StoredName($0) }) else {
      throw ConsoleProblem(.notFound)
    }
    let removed: [PictureMetadata]
    do throws(StorageError) { removed = try await pictures.trash([name]) } catch { throw ConsoleProblem(error) }
    guard let metadata = removed.first else { throw ConsoleProblem(.notFound) }
    activity.record(.pictureDeleted(name: metadata.originalName))
    log.info(
      "picture deleted",
      ["name": name.text, "client": exchange.request.clientAddress, "request": exchange.request.identifier])
    return WebResponse(status: .noContent)
  }

  private func approvePicture(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    guard let name = exchange.value(Self.pictureName).flatMap({ StoredName($0) }) else {
      throw ConsoleProblem(.notFound)
    }
    let approved: [PictureMetadata]
    do throws(StorageError) { approved = try await pictures.approve([name]) } catch { throw ConsoleProblem(error) }
    guard !approved.isEmpty else { throw ConsoleProblem(.notFound) }
    activity.record(.picturesApproved(count: approved.count))
    log.info("picture approved", ["name": name.text, "request": exchange.request.identifier])
    return WebResponse(status: .noContent)
  }

  // MARK: Blocking

  /// Blocks a picture by its `name`, or by its `sha256`, and moves all copies of it to the trash.
  private func blockPicture(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let body = try await JSONBody.read(exchange)
    let (name, shown, removed): (StoredName?, String, [PictureMetadata])
    if let bytes = Self.blockedDigest.value(in: body) {
      (name, shown) = (nil, Hexadecimal.encode(bytes))
      do throws(StorageError) { removed = try await pictures.block(sha256: bytes) } catch {
        throw ConsoleProblem(error)
      }
    } else {
      guard let stored = StoredName(try body.value(Self.blockedName)) else { throw ConsoleProblem(.notFound) }
      do throws(StorageError) { removed = try await pictures.block(stored) } catch { throw ConsoleProblem(error) }
      name = stored
      shown = removed.first { $0.name == stored }?.originalName ?? stored.text
    }
    activity.record(.pictureBlocked(name: shown, copies: removed.count))
    log.info(
      "picture blocked", ["name": name?.text ?? shown, "copies": removed.count, "request": exchange.request.identifier])
    return WebResponse(status: .created, json: Self.deleted.json(removed))
  }

  private func unblockPicture(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let text = exchange.value(Self.digest) ?? ""
    guard let digest = Hexadecimal.decode(text.utf8, byteCount: SHA256.byteCount) else {
      throw ConsoleProblem(.notFound)
    }
    do throws(StorageError) { try await pictures.unblock(sha256: digest) } catch { throw ConsoleProblem(error) }
    activity.record(.pictureUnblocked(digest: text))
    log.info("picture unblocked", ["sha256": text, "request": exchange.request.identifier])
    return WebResponse(status: .noContent)
  }

  // MARK: Photo folders

  /// Photo folders with their sizes, a page at a time: to know a size, a folder has to be walked.
  private func listFolders(_ exchange: Exchange) async throws(ConsoleProblem) -> WebResponse {
    let after = exchange.value(Self.folderAfter) ?? ""
    do throws(StorageError) {
      let page = try await FolderPage.read(folders, trees, after: after, limit: 50)
      return WebResponse(status: .ok, json: FolderPage.shape.json(page))
    } catch {
      throw ConsoleProblem(.internalError, "the photo folders cannot be read")
    }
  }
}
