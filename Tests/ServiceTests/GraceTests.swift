import Journal
import Storage
import Testing

@testable import Vitrine

/// What other workers have under way looks like what others left behind, but is younger: the chores leave it alone.
@Suite struct GraceTests {
  @Test(arguments: [".half", "uploads/1234/.2.part", "facts/.0123456789abcdef"])
  func halvesOfFilesStayForAnHour(name: String) async throws {
    try await withService { service async throws in
      try await service.put("/shelf")
      let half = "buckets/shelf/.vitrine/\(name)"
      try service.data.write([1], to: half)
      // An upload that has begun, whose parts come from any worker.
      try service.data.write([1], to: "buckets/shelf/.vitrine/uploads/1234/upload.json")
      let chores = BucketChores(
        store: service.data.workspace.storage.objects,
        log: OperatorLog(level: .error, style: .timestamp, output: nil))
      for age: Int64 in [0, 60, 3_000] {
        try service.data.age(half, seconds: age)
        await chores.removeLeftovers()
        #expect(service.data.file(half) != nil, "after \(age) s")
      }
      try service.data.age(half, seconds: 4_000)
      await chores.removeLeftovers()
      #expect(service.data.file(half) == nil)
    }
  }

  @Test func markOfAPictureThatIsNotThereYetStaysForAnHour() async throws {
    try await withService { service async throws in
      let mark = "images/.expiring/01jzzzzzzzzzzzzzzzzzzzzzzz.jpg"
      try service.data.write([], to: mark)
      for age: Int64 in [0, 3_000] {
        try service.data.age(mark, seconds: age)
        _ = try await service.data.workspace.storage.pictures.reconcilePictures()
        #expect(service.data.file(mark) != nil, "after \(age) s")
      }
      try service.data.age(mark, seconds: 4_000)
      _ = try await service.data.workspace.storage.pictures.reconcilePictures()
      #expect(service.data.file(mark) == nil)
    }
  }
}
