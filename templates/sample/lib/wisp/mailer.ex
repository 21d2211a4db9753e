defmodule Wisp.Mailer do
  use Swoosh.Mailer, otp_app: :wisp
end
