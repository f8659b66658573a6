"""What tests share: the world of fakes and fixtures, people who sign in, files, processes, snapshots."""
