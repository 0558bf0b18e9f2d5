// swift-tools-version: 6.2
import PackageDescription

/// Settings that hold for every Swift target: warnings are errors, unsafe constructs are marked.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // Generic functions are compiled for the types that other targets use them with, not only within their own.
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// Test code may be looser about memory, never about warnings.
let testSettings: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

/// A C library of the system, reached through a module map and a shim header in `Sources/CLibraries`.
func systemLibrary(_ name: String, pkgConfig: String? = nil, apt: [String] = []) -> Target {
  .systemLibrary(
    name: name,
    path: "Sources/CLibraries/\(name)",
    pkgConfig: pkgConfig,
    providers: apt.isEmpty ? nil : [.apt(apt)])
}

func layer(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], excluding: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.byName(name: name)] + dependencies,
    exclude: excluding,
    swiftSettings: testSettings)
}

let package = Package(
  name: "vitrine",
  products: [.executable(name: "vitrine", targets: ["Vitrine"])],
  targets: [
    systemLibrary("CFastCGI", pkgConfig: "fcgi", apt: ["libfcgi-dev"]),
    systemLibrary("CZlib", pkgConfig: "zlib", apt: ["zlib1g-dev"]),
    systemLibrary("CMagic", pkgConfig: "libmagic", apt: ["libmagic-dev"]),
    systemLibrary("CCrypto", pkgConfig: "libcrypto", apt: ["libssl-dev"]),
    // Header and module map only: it is loaded where it is needed, and never linked.
    systemLibrary("CCurl", apt: ["libcurl4-openssl-dev"]),
    // The same.
    systemLibrary("CPostgreSQL", apt: ["libpq-dev"]),
    systemLibrary("CSQLite", pkgConfig: "sqlite3", apt: ["libsqlite3-dev"]),
    systemLibrary("CLinux"),
    systemLibrary("CCarrylessProduct"),

    // Values: no system call, no clock, no socket.
    layer("HTTPSemantics"),
    layer("ZipArchive"),
    layer("ImageStructure", ["Digests"]),
    layer("FastCGIWire", ["CFastCGI"]),
    layer("ArgumentParsing", ["HTTPSemantics"]),

    // Platform.
    layer("Posix", ["CLinux"]),
    layer("Digests", ["CCarrylessProduct", "CCrypto", "CZlib"]),
    layer("Magic", ["CMagic", "Posix"]),
    layer("Database", ["CSQLite", "Posix"]),
    layer("EventLoop", ["CLinux", "Posix"]),
    layer("HTTPTransfer", ["CCurl", "EventLoop", "Posix", "HTTPSemantics"]),
    layer("PostgreSQL", ["CPostgreSQL", "EventLoop", "Posix"]),
    layer("FastCGI", ["FastCGIWire", "Posix", "EventLoop"]),
    layer("Supervisor", ["CLinux", "CFastCGI", "Posix"]),

    // Features.
    layer("Journal", ["Posix", "HTTPSemantics"]),
    layer("ProgramSettings", ["Posix", "HTTPSemantics", "Journal", "Supervisor", "BlobEngine"]),
    // Access keys, and sessions that were ended: documents of a storage.
    layer("AccountRecords", ["Storage", "Posix", "Digests", "HTTPSemantics"]),
    // What is kept, and by which rules: values and protocols, of which LocalStorage is one implementation.
    layer("Storage", ["Posix", "Digests", "HTTPSemantics"]),
    // Several hosts: names in a database, bytes in an engine.
    layer("EngineStorage", ["BlobEngine", "Storage", "PostgreSQL", "EventLoop", "Posix", "Digests", "HTTPSemantics"]),
    layer("DurableFiles", ["Storage", "EventLoop", "Posix", "Digests", "HTTPSemantics"]),
    layer(
      "LocalStorage",
      ["Storage", "DurableFiles", "EventLoop", "Posix", "Digests", "Database", "HTTPSemantics", "ImageStructure"]),
    // What one storage keeps, brought into another.
    layer("StorageCopy", ["Storage", "Digests", "HTTPSemantics", "Posix"]),
    // Immutable blobs in a server that speaks S3.
    layer(
      "BlobEngine",
      ["HTTPTransfer", "EventLoop", "Posix", "Digests", "HTTPSemantics", "S3Authentication", "S3Documents"]),
    layer(
      "WebService",
      ["HTTPSemantics", "FastCGIWire", "FastCGI", "EventLoop", "Posix", "Journal", "Supervisor", "Storage"],
      // The strings in www/words/, which nginx reads, too.
      resources: [.embedInCode("Words")]),
    layer(
      "Pictures", ["AccountRecords", "Storage", "ImageStructure", "Magic", "Digests", "HTTPSemantics", "Posix"]),
    layer(
      "ImageHost",
      [
        "Posix", "Digests", "EventLoop", "FastCGI", "HTTPSemantics", "WebService", "ImageStructure", "Storage",
        "Journal", "ArchiveDownload", "Pictures", "ZipArchive",
      ]),
    layer(
      "ArchiveDownload",
      [
        "Posix", "Digests", "EventLoop", "HTTPSemantics", "WebService", "ZipArchive", "FastCGI", "Storage", "Journal",
      ]),
    layer("S3Documents", ["HTTPSemantics", "Digests"]),
    layer("S3Authentication", ["HTTPSemantics", "Digests", "S3Documents"]),
    layer(
      "ObjectStorage",
      [
        "AccountRecords",
        "Posix", "Digests", "EventLoop", "FastCGIWire", "FastCGI", "HTTPSemantics", "WebService", "S3Documents",
        "S3Authentication", "Storage", "Journal", "ArchiveDownload",
      ]),
    // What `vitrine check` asks through the web server.
    layer("ProxyCheck", ["HTTPTransfer", "HTTPSemantics"]),
    layer(
      "Console",
      [
        "AccountRecords",
        "Posix", "Digests", "EventLoop", "FastCGIWire", "FastCGI", "HTTPSemantics", "WebService", "S3Authentication",
        "S3Documents", "ObjectStorage", "Storage", "Pictures", "Journal",
      ]),
    layer("ArchivePacker", ["ArgumentParsing", "Posix", "Digests", "HTTPSemantics", "ZipArchive", "CZlib"]),
    .executableTarget(
      name: "Vitrine",
      dependencies: [
        "AccountRecords", "ArgumentParsing", "Posix", "Digests", "Magic", "Database", "EventLoop", "FastCGI",
        "Supervisor", "HTTPSemantics", "Journal",
        "Storage", "LocalStorage", "EngineStorage", "BlobEngine", "PostgreSQL", "WebService", "ImageStructure",
        "ImageHost", "ArchiveDownload", "ArchivePacker",
        "ObjectStorage",
        "S3Authentication", "S3Documents", "FastCGIWire", "Pictures", "ProgramSettings", "HTTPTransfer",
        "ProxyCheck", "Console", "StorageCopy",
      ],
      swiftSettings: strict),

    // Random numbers that are the same in each run.
    .target(name: "RandomFixture", path: "Tests/RandomFixture", swiftSettings: testSettings),
    // One loop for all tests of the process, since a process has one.
    .target(
      name: "LoopFixture", dependencies: ["EventLoop", "Posix"], path: "Tests/LoopFixture", swiftSettings: testSettings),
    // A served socket, and a web server's side of it.
    .target(
      name: "FastCGIFixture",
      dependencies: ["FastCGIWire", "FastCGI", "EventLoop", "Posix", "Supervisor", "LoopFixture"],
      path: "Tests/FastCGIFixture", swiftSettings: testSettings),
    // The order in which a test process changes, syncs and names files.
    .target(name: "EffectTrace", path: "Tests/EffectTrace"),
    // A strict reader of archives.
    .target(
      name: "ArchiveFixture", dependencies: ["CZlib"], path: "Tests/ArchiveFixture", swiftSettings: testSettings),
    // A storage in memory, for tests of what stands on one.
    .target(
      name: "MemoryStorage", dependencies: ["Storage", "Posix", "Digests", "HTTPSemantics"],
      path: "Tests/MemoryStorage",
      swiftSettings: testSettings),
    // A server that a script runs for the tests.
    .target(name: "ServerFixture", dependencies: ["Posix"], path: "Tests/ServerFixture", swiftSettings: testSettings),
    // A database server of the tests' own, where Debian's is installed.
    .target(
      name: "PostgreSQLFixture", dependencies: ["ServerFixture"], path: "Tests/PostgreSQLFixture",
      exclude: ["server.sh"], swiftSettings: testSettings),
    // A storage of several hosts over such a server, and an engine in memory.
    .target(
      name: "EngineFixture",
      dependencies: [
        "EngineStorage", "BlobEngine", "HTTPTransfer", "PostgreSQL", "PostgreSQLFixture", "S3EngineFixture", "Storage",
        "EventLoop", "Posix", "Digests", "HTTPSemantics", "LoopFixture",
      ],
      path: "Tests/EngineFixture", swiftSettings: testSettings),
    // Servers of the tests' own that speak S3, where they are installed.
    .target(
      name: "S3EngineFixture", dependencies: ["ServerFixture"], path: "Tests/S3EngineFixture", exclude: ["engine.sh"],
      swiftSettings: testSettings),
    // What every storage promises, tested once for all of them.
    .testTarget(
      name: "StorageContract",
      dependencies: [
        "Storage", "MemoryStorage", "LocalStorage", "EngineStorage", "EngineFixture", "PostgreSQLFixture",
        "S3EngineFixture", "EventLoop", "Posix", "Digests", "HTTPSemantics",
      ],
      path: "Tests/StorageContract", swiftSettings: testSettings),

    tests("HTTPSemantics", ["RandomFixture"]),
    tests("ArgumentParsing", ["HTTPSemantics"]),
    tests("ZipArchive", ["RandomFixture"]),
    tests("ImageStructure", ["CZlib", "RandomFixture"]),
    tests("S3Documents", ["HTTPSemantics", "RandomFixture"]),
    tests("S3Authentication", ["HTTPSemantics", "Digests", "S3Documents"], excluding: ["Vectors"]),
    tests("Posix"),
    tests("Digests", ["HTTPSemantics"]),
    tests("Magic"),
    tests("Database", ["Posix"]),
    tests("PostgreSQL", ["PostgreSQLFixture", "LoopFixture", "EventLoop"]),
    tests(
      "EngineStorage",
      [
        "EngineFixture", "RandomFixture", "PostgreSQL", "PostgreSQLFixture", "LoopFixture", "Storage", "EventLoop",
        "Posix", "Digests",
        "HTTPSemantics",
      ]),
    tests("EventLoop", ["Posix", "LoopFixture", "RandomFixture"]),
    tests("FastCGIWire", ["FastCGIFixture"]),
    tests("FastCGI", ["FastCGIWire", "Posix", "EventLoop", "LoopFixture", "FastCGIFixture"]),
    tests("Supervisor", ["Posix"]),
    tests(
      "WebService",
      [
        "HTTPSemantics", "FastCGIWire", "FastCGI", "EventLoop", "Journal", "Supervisor", "Storage", "Posix",
        "LoopFixture", "FastCGIFixture",
      ]),
    tests("Journal", ["Posix"]),
    tests("ProgramSettings", ["Posix", "Journal", "Supervisor"]),
    tests("Storage", ["Posix", "HTTPSemantics"]),
    tests(
      "StorageCopy",
      [
        "Storage", "MemoryStorage", "LocalStorage", "EngineFixture", "EngineStorage", "PostgreSQLFixture", "EventLoop",
        "Posix", "Digests", "HTTPSemantics",
      ]),
    tests("AccountRecords", ["Storage", "MemoryStorage", "Posix", "HTTPSemantics"]),
    tests(
      "LocalStorage",
      ["Storage", "DurableFiles", "EventLoop", "Posix", "Digests", "Database", "HTTPSemantics", "ImageStructure"]),
    tests(
      "Pictures",
      [
        "Storage", "LocalStorage", "ImageStructure", "Magic", "Posix", "Digests", "HTTPSemantics", "EventLoop",
        "LoopFixture",
      ]),
    tests(
      "ImageHost",
      ["Posix", "EventLoop", "HTTPSemantics", "Storage", "ImageStructure", "WebService", "Journal"]),
    tests(
      "ArchiveDownload",
      ["Posix", "Digests", "EventLoop", "HTTPSemantics", "Storage", "ZipArchive", "LoopFixture"]),
    tests(
      "ObjectStorage",
      ["Posix", "Digests", "Database", "HTTPSemantics", "Storage", "LocalStorage", "S3Documents", "S3Authentication"]),
    tests("HTTPTransfer", ["EventLoop", "LoopFixture", "Posix", "HTTPSemantics"]),
    tests(
      "BlobEngine",
      [
        "HTTPTransfer", "EventLoop", "LoopFixture", "Posix", "Digests", "HTTPSemantics", "S3Authentication",
        "S3EngineFixture",
      ]),
    tests("ProxyCheck", ["HTTPTransfer", "Posix", "HTTPSemantics"]),
    tests("Console", ["Posix", "HTTPSemantics", "S3Documents"]),
    tests("ArchivePacker", ["ArgumentParsing", "Posix", "Digests", "ZipArchive", "CZlib", "ArchiveFixture"]),
    tests(
      "Vitrine",
      [
        "ArgumentParsing", "Storage", "MemoryStorage", "Pictures", "Magic", "Digests", "Journal", "Posix", "EventLoop",
        "LoopFixture",
      ]),
    // The services of the program behind a socket of the test: requests and answers as bytes, files on disk.
    .testTarget(
      name: "ServiceTests",
      dependencies: [
        "Vitrine", "ArchiveDownload", "Digests", "EventLoop", "FastCGI", "FastCGIWire", "HTTPSemantics", "Journal",
        "LocalStorage",
        "Magic", "Posix", "ProgramSettings", "Supervisor", "WebService", "RandomFixture", "LoopFixture",
        "FastCGIFixture",
        "ArchiveFixture", "EffectTrace",
      ],
      swiftSettings: testSettings),
  ]
)
