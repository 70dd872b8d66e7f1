"""The least of a server of files: Starlette over those in the folder FOLDER, compressed for clients that like it."""

import os

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

app = Starlette(
    routes=[Mount("/", StaticFiles(directory=os.environ["FOLDER"], html=True))],
    middleware=[Middleware(GZipMiddleware, compresslevel=4)],
)
