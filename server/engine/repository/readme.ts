// The text that every repository carries, for whoever finds it without us.

export const README = `This folder (or bucket) is a backup repository of Holdfast, format 1.

Do not change, move or delete anything in it by hand. All objects but this one, "config" and "keys/" are encrypted
(AES-256-GCM); nobody can read them without one of the secrets (password, key file or key) that open a slot in "keys/".

To get the data back with Holdfast:
    holdfast snapshots --repo THIS_PLACE
    holdfast restore   --repo THIS_PLACE SNAPSHOT --target SOME_FOLDER
A snapshot holds the folders that are listed beside it: restore the newest one of each set of folders.

To get it back without Holdfast: everything needed is here plus one secret. In short:
    1. keys/<slot>: PBKDF2-SHA-256 of the secret, then HKDF-SHA-256, opens AES-256-GCM around the 32-byte master key.
    2. HKDF-SHA-256(master key, repository id) gives the keys for encryption and for chunk ids.
    3. snapshots/<id> names a root tree; index/<id> (or the trailers of packs/) say which pack holds which chunk.
    4. Trees list names, metadata and chunk ids; chunks lie in frames of packs, compressed (see the codec byte), encrypted.
The document "repository-format.md" of Holdfast describes every byte; a reader of 400 lines has been written from it alone.
`
