import Digests
import Posix
import Storage
import Testing

private let now = Timestamp(seconds: 1_800_000_000)

/// A query of everything that a filter accepts.
private func query(
  _ order: PictureOrder = .newest, limit: Int = 1_000, after: PictureCursor? = nil, includesUnlisted: Bool = true,
  _ change: (inout PictureFilter) -> Void = { _ in }
) -> PictureQuery {
  var filter = PictureFilter()
  change(&filter)
  return PictureQuery(
    limit: limit, filter, order: order, after: after, includesUnlisted: includesUnlisted, now: now)
}

struct SearchTests {
  @Test(arguments: Implementation.allCases)
  func aNameIsFoundByAnyPartOfItWhateverTheCase(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    let names = ["a.jpg": "IMG_2025.jpg", "b.jpg": "Ünder the Sea.png", "c.jpg": "100% \"done\"_.gif", "d.jpg": "x"]
    for (index, name) in names.keys.sorted().enumerated() {
      try await pictures.catalog.publish(name, at: Int64(index)) { $0.originalName = names[name] ?? "" }
    }
    let found = [
      "img_": ["a.jpg"], "2025": ["a.jpg"], "ÜNDER": ["b.jpg"], "the s": ["b.jpg"], "%": ["c.jpg"],
      "_": ["c.jpg", "a.jpg"],
      "\"DONE\"": ["c.jpg"], "\"": ["c.jpg"], "x": ["d.jpg"], "": ["d.jpg", "c.jpg", "b.jpg", "a.jpg"], "nothing": [],
      "img_2026": [], "xx": [], "a.jpg": ["a.jpg"], "c.jp": [], "jpg\0": [],
    ]
    for (text, names) in found {
      #expect(try await pictures.other.names(query { $0.name = text }) == names, "\(text)")
    }
  }

  @Test(arguments: Implementation.allCases)
  func eachConditionCountsAndAllTogether(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    for (number, name) in ["a.jpg", "b.jpg", "c.jpg", "d.jpg"].enumerated() {
      try await pictures.catalog.publish(name, at: Int64(number), String(repeating: "x", count: number + 1)) {
        $0.uploader = number.isMultiple(of: 2) ? "192.0.2.1" : "2001:db8::1"
        if number == 3 { $0.visibility = .unlisted }
      }
    }
    try await pictures.catalog.publish("e.jpg", at: 4) { $0.uploader = nil }
    let all = pictures.other
    #expect(try await all.names(query { $0.uploader = "192.0.2.1" }) == ["c.jpg", "a.jpg"])
    #expect(try await all.names(query { $0.uploader = "192.0.2" }).isEmpty)
    #expect(try await all.names(query { $0.sha256 = SHA256.digest(of: bytes("xx")) }) == ["b.jpg"])
    let (first, third) = (Timestamp(seconds: 1, nanoseconds: 123_456_789), Timestamp(seconds: 3))
    #expect(try await all.names(query { $0.uploadedFrom = first }) == ["e.jpg", "d.jpg", "c.jpg", "b.jpg"])
    #expect(try await all.names(query { $0.uploadedBefore = first }) == ["a.jpg"])
    #expect(
      try await all.names(query { ($0.uploadedFrom, $0.uploadedBefore) = (first, third) }) == ["c.jpg", "b.jpg"])
    #expect(try await all.names(query { $0.minimumSize = 4 }) == ["e.jpg", "d.jpg"])
    #expect(try await all.names(query { ($0.minimumSize, $0.maximumSize) = (2, 3) }) == ["c.jpg", "b.jpg"])
    #expect(try await all.names(query { $0.maximumSize = .max }).count == 5)
    #expect(try await all.names(query { $0.visibility = .unlisted }) == ["d.jpg"])
    #expect(try await all.names(query { $0.visibility = .public }) == ["e.jpg", "c.jpg", "b.jpg", "a.jpg"])
    #expect(try await all.names(query(includesUnlisted: false) { $0.visibility = .unlisted }).isEmpty)
    #expect(try await all.names(query(includesUnlisted: false) { $0.uploader = "2001:db8::1" }) == ["b.jpg"])
    #expect(
      try await all.names(query { ($0.name, $0.uploader, $0.minimumSize) = ("cat", "192.0.2.1", 2) }) == ["c.jpg"])
    // What is over is not found either.
    try await pictures.catalog.publish("f.jpg", at: 9) { $0.expiresAt = now }
    #expect(try await all.names(query { $0.name = "cat f" }).isEmpty)
  }

  @Test(arguments: Implementation.allCases)
  func picturesOfAFilterAreCountedUpToALimit(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    for number in 0..<7 {
      try await pictures.catalog.publish("\(number).jpg", at: Int64(number)) {
        $0.originalName = number < 5 ? "Holiday \(number)" : "x"
        if number == 0 { $0.visibility = .unlisted }
        if number == 1 { $0.expiresAt = now }
      }
    }
    func count(_ limit: Int = 100, _ change: (inout PictureFilter) -> Void) async throws -> Int {
      var filter = PictureFilter()
      change(&filter)
      return try await pictures.other.pictureCount(filter, limit: limit, now: now)
    }
    #expect(try await count { _ in } == 6)
    #expect(try await count { $0.name = "holi" } == 4)
    #expect(try await count(3) { $0.name = "holi" } == 3)
    #expect(try await count { $0.name = "x" } == 2)
    #expect(try await count { $0.name = "5.jpg" } == 1)
    #expect(try await count { ($0.name, $0.visibility) = ("holi", .public) } == 3)
    #expect(try await count { $0.uploader = "192.0.2.255" } == 0)
  }

  @Test(arguments: Implementation.allCases)
  func eachOrderIsPagedWithoutALoss(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    // Sizes and times that several have in common.
    for number in 0..<12 {
      try await pictures.catalog.publish(
        "\(number % 10)\(number).jpg", at: Int64(number / 3), String(repeating: "y", count: 1 + number % 4))
    }
    for order in PictureOrder.allCases {
      let all = try await pictures.other.list(query(order)).images
      let places = all.map { PictureCursor(after: $0, in: order) }
      #expect(Set(all.map(\.name)).count == 12)
      #expect(zip(places, places.dropFirst()).allSatisfy { order.precedes($0, $1) }, "\(order)")
      for (limit, name) in [(1, "cat"), (5, "CAT "), (5, nil), (12, nil)] as [(Int, String?)] {
        var paged: [PictureMetadata] = []
        var cursor: PictureCursor?
        repeat {
          let page = try await pictures.other.list(query(order, limit: limit, after: cursor) { $0.name = name })
          paged += page.images
          cursor = page.next
        } while cursor != nil && paged.count <= 12
        #expect(paged.map(\.name) == all.map(\.name), "\(order) by \(limit)")
      }
    }
  }

  @Test(arguments: Implementation.allCases)
  func aSearchThatNoIndexServesReachesSoFarForEachPage(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    for number in 0..<12 {
      try await pictures.catalog.publish(
        "\(number + 10).jpg", at: Int64(number / 2), String(repeating: "z", count: 20 - number)
      ) {
        $0.originalName = [1, 2, 11].contains(number) ? "qy" : "other"
      }
    }
    for order in PictureOrder.allCases {
      let all = try await pictures.other.list(query(order) { $0.name = "qy" })
      #expect(all.images.count == 3 && all.next == nil)
      var (found, pages): ([PictureMetadata], Int) = ([], 0)
      var cursor: PictureCursor?
      repeat {
        var part = query(order, limit: 2, after: cursor) { $0.name = "qy" }
        part.reach = 4
        let page = try await pictures.other.list(part)
        found += page.images
        (cursor, pages) = (page.next, pages + 1)
      } while cursor != nil && pages < 12
      #expect(found == all.images, "\(order)")
      #expect((3...4).contains(pages), "\(order): \(pages)")
    }
  }

  @Test(arguments: Implementation.allCases)
  func aSearchAgreesWithWhatComesAndGoes(_ implementation: Implementation) async throws {
    let pictures = try await implementation.pictures()
    for round in 0..<3 {
      let name = try await pictures.catalog.publish("\(round).jpg") { $0.originalName = "needle \(round)" }.name
      #expect(try await pictures.other.names(query { $0.name = "needle" }) == [name.text])
      #expect(try await pictures.other.remove(name))
      #expect(try await pictures.catalog.names(query { $0.name = "needle" }).isEmpty)
    }
  }
}
