<?php
// An upload as a careful site written in PHP takes it: checked by content, moved to a name of its own, on the disk
// before the answer. (PHP has no way to sync a folder: the name may be lost by a power cut.)

function refuse(int $status, string $why): never
{
    http_response_code($status);
    answer(['error' => $why]);
}

function answer(array $facts): never
{
    $body = json_encode($facts) . "\n";
    header('Content-Type: application/json');
    header('Content-Length: ' . strlen($body));
    echo $body;
    exit;
}

$file = $_FILES['file'] ?? null;
if ($file === null || $file['error'] !== UPLOAD_ERR_OK) {
    refuse(400, 'no file');
}
$kinds = ['jpg' => 'image/jpeg', 'jpeg' => 'image/jpeg', 'png' => 'image/png', 'gif' => 'image/gif'];
$extension = strtolower(pathinfo($file['name'], PATHINFO_EXTENSION));
$type = (new finfo(FILEINFO_MIME_TYPE))->file($file['tmp_name']);
if (($kinds[$extension] ?? '') !== $type) {
    refuse(415, 'unsupported format');
}
$size = getimagesize($file['tmp_name']);
if ($size === false || $size['mime'] !== $type || $size[0] * $size[1] > 100_000_000) {
    refuse(422, 'invalid image');
}
// What Vitrine computes of each picture besides; asked for by `?digests`.
$digests = isset($_GET['digests']) ? [
    'sha256' => hash_file('sha256', $file['tmp_name']), 'crc32' => hash_file('crc32b', $file['tmp_name']),
] : [];
$name = bin2hex(random_bytes(13)) . '.' . $extension;
$path = $_SERVER['PEER_IMAGES'] . '/' . $name;
if (!move_uploaded_file($file['tmp_name'], $path)) {
    refuse(500, 'not stored');
}
chmod($path, 0644);
$stored = fopen($path, 'r+');
if (!fsync($stored)) {
    unlink($path);
    refuse(507, 'not stored');
}
fclose($stored);
http_response_code(201);
answer([
    'name' => $name, 'url' => "http://{$_SERVER['HTTP_HOST']}/images/$name", 'original_name' => $file['name'],
    'type' => $type, 'size' => $file['size'], 'width' => $size[0], 'height' => $size[1],
] + $digests);
