"""A finish that a phone kept without a signal has a key of its own, as a start has."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("duty", "0006_calendar_entries")]

    operations = [
        migrations.AddField(
            model_name="service",
            name="finish_key",
            field=models.UUIDField(
                blank=True,
                help_text="of the tap that a phone kept: sent again, it is the same",
                null=True,
                unique=True,
            ),
        )
    ]
